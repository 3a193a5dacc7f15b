package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replies that are much larger than what a socket holds. */
@Tag("e2e")
class LargeReadsTest {

  private static final int TIMES = 12;

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void everyReadIsAnsweredHoweverSlowlyTheSocketTakesReplies() throws Exception {
    try (TestNode node = TestNode.open(directory, 512)) {
      node.blank("v1", 256 << 20);
      fio(node, "--rw=write", "--size=256M");
      for (int time = 0; time < TIMES; time++) {
        assertThat(fio(node, "--rw=read", "--size=256M", "--loops=4")).contains("err= 0");
      }
    }
  }

  private static String fio(TestNode node, String... more) throws Exception {
    String[] command = {
      "fio",
      "--name=large",
      "--ioengine=nbd",
      "--uri=" + node.tcpUri("v1"),
      "--bs=1M",
      "--iodepth=4",
      more[0],
      more[1],
      more.length > 2 ? more[2] : "--loops=1"
    };
    return Tool.run(command);
  }
}
