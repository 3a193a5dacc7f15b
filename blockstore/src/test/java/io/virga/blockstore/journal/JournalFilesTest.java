package io.virga.blockstore.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.FaultyDisk;
import io.virga.dataplane.watch.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a pool whose journal needs a file. */
@Timeout(60)
class JournalFilesTest {

  @TempDir Path directory;

  private static Disk with(Disk disk, Consumer<FaultyDisk> fault) {
    FaultyDisk faulty = new FaultyDisk(disk);
    fault.accept(faulty);
    return faulty;
  }

  private void breaksAndIsWellAgain(Consumer<FaultyDisk> fault) throws Exception {
    TestNode node = TestNode.open(directory, disk -> with(disk, fault));
    try {
      assertThat(node.pool().create("v1", 1 << 20).get(10, TimeUnit.SECONDS))
          .isEqualTo(Outcome.IO_ERROR);
      assertThat(node.pool().isBroken()).isTrue();
    } finally {
      node.close(Outcome.IO_ERROR);
    }
    try (TestNode healthy = TestNode.open(directory, 256)) {
      assertThat(healthy.pool().list().get(10, TimeUnit.SECONDS)).isEmpty();
      TestNode.expectOk(healthy.pool().create("v1", 1 << 20));
    }
  }

  @Test
  void aFlushFailsWhenItsFileCannotBeOpened() throws Exception {
    breaksAndIsWellAgain(FaultyDisk::refuseJournals);
  }

  @Test
  void aFlushFailsWhenItsFileCannotBeFilled() throws Exception {
    breaksAndIsWellAgain(FaultyDisk::fill);
  }

  @Test
  void aNewFileNeverHasTheNameOfOneThatIsThere() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.createFile(data.resolve("journal-0000"));
    Files.createFile(data.resolve("journal-0002"));
    try (TestNode node = TestNode.open(directory, FaultyDisk::new)) {
      for (int i = 0; i < 3; i++) {
        TestNode.expectOk(node.pool().create("v" + i, 1 << 20));
      }
      Eventually.isTrue("a file", () -> Files.exists(data.resolve("journal-0003")));
    }
  }
}
