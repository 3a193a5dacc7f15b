package io.virga.objectstore.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full segments of a journal are read while another is being written. */
class JournalCheckTest {

  private static final int SEGMENT = 64 << 10;
  private static final int HEADER = 4096;

  @TempDir Path directory;

  private final Random random = new Random(7);

  private Journal filled() throws IOException {
    Journal journal =
        Journal.begin(
            new ChannelDisk(), directory, UUID.randomUUID(), SEGMENT, JournalPosition.START);
    while (journal.currentSegment() < 4) {
      byte[] payload = new byte[5000];
      random.nextBytes(payload);
      journal.append(List.of(payload), Timestamp.ZERO);
    }
    return journal;
  }

  private void flip(long segment, int at) throws IOException {
    Path file = SegmentNames.path(directory, segment, SegmentNames.JOURNAL);
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 16;
    Files.write(file, bytes);
  }

  @Test
  void findsAFlippedBitInAFullSegment() throws IOException {
    try (Journal journal = filled()) {
      JournalReplay replay = new JournalReplay(directory);
      replay.check(journal.currentSegment());
      for (int round = 0; round < 50; round++) {
        long segment = 1 + random.nextInt(3);
        int at = HEADER + random.nextInt(50_000);
        flip(segment, at);
        assertThatThrownBy(() -> replay.check(journal.currentSegment()))
            .hasMessageContaining("is damaged at");
        flip(segment, at);
      }
      replay.check(journal.currentSegment());
    }
  }

  @Test
  void leavesTheSegmentThatIsBeingWrittenAlone() throws IOException {
    try (Journal journal = filled()) {
      flip(journal.currentSegment(), HEADER + 100);
      new JournalReplay(directory).check(journal.currentSegment());
    }
  }
}
