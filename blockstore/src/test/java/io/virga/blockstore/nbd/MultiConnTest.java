package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.TestNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What NBD_FLAG_CAN_MULTI_CONN promises (proto.md, "Transmission flags"). */
@Timeout(60)
class MultiConnTest {

  @TempDir Path directory;

  private static long commits(TestNode node) {
    return node.loop().submit(() -> node.pool().usage().commits()).syncUninterruptibly().getNow();
  }

  private static ByteBuf block(int value) {
    byte[] bytes = new byte[4096];
    java.util.Arrays.fill(bytes, (byte) value);
    return Unpooled.wrappedBuffer(bytes);
  }

  @Test
  void whatOneConnectionHasWrittenEveryOtherReads() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      node.blank("v1", 8 << 20);
      try (SocketTalk first = new SocketTalk(node.port(), "v1");
          SocketTalk second = new SocketTalk(node.port(), "v1")) {
        for (int value = 1; value < 20; value++) {
          assertThat(first.run(Wire.CMD_WRITE, 4096L * (value % 3), block(value))).isZero();
          assertThat(second.read(4096L * (value % 3) + 4095, 1)).containsExactly(value);
        }
      }
    }
  }

  @Test
  void aFlushMakesDurableWhatEveryConnectionHasWritten() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      node.blank("v1", 8 << 20);
      try (SocketTalk first = new SocketTalk(node.port(), "v1");
          SocketTalk second = new SocketTalk(node.port(), "v1")) {
        long before = commits(node);
        assertThat(first.run(Wire.CMD_WRITE, 0, block(1))).isZero();
        assertThat(second.run(Wire.CMD_FLUSH, 0, Unpooled.EMPTY_BUFFER)).isZero();
        long flushed = commits(node);
        assertThat(flushed).isGreaterThan(before);

        assertThat(first.run(Wire.CMD_FLUSH, 0, Unpooled.EMPTY_BUFFER)).isZero();
        assertThat(commits(node)).as("nothing is left to commit").isEqualTo(flushed);
      }
    }
  }
}
