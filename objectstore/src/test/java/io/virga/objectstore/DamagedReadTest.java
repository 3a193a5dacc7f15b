package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reading what is damaged where there is no other copy. */
class DamagedReadTest extends OnSwiftNode {

  @BeforeAll
  static void container() {
    swift.put("/c", "");
  }

  private static void flipLastByte(String name) throws IOException {
    ObjectRow row =
        node.device()
            .index()
            .object(0, new ContainerPath("AUTH_p1", "c").object(name))
            .orElseThrow();
    Extent extent = row.extents().getLast();
    try (FileChannel channel =
        FileChannel.open(
            node.device()
                .directory()
                .resolve("data")
                .resolve("%020d.data".formatted(extent.segment())),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long at = extent.offset() + extent.storedBytes() - 5;
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).flip();
      channel.write(one, at);
    }
  }

  @Test
  void refusesAnObjectThatIsDamagedBeforeItsReplyBegins() throws IOException {
    swift.send("PUT", "/c/good", SwiftClient.random(262_144));
    swift.send("PUT", "/c/damaged", SwiftClient.random(262_144));
    flipLastByte("damaged");
    assertThat(swift.get("/c/good").status()).isEqualTo(200);
    assertThat(swift.get("/c/damaged").status()).isEqualTo(503);
    assertThat(swift.get("/c/damaged", "Range", "bytes=262143-").status()).isEqualTo(503);
  }
}
