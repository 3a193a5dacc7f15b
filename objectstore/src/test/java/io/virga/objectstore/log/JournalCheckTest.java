package io.virga.objectstore.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private JournalFiles files() throws IOException {
    return new JournalFiles(TestDisk.open(), directory, UUID.randomUUID(), SEGMENT, 0);
  }

  private Journal filled(JournalFiles files) throws IOException {
    Journal journal = Journal.begin(files, JournalPosition.START);
    while (journal.currentSegment() < 4) {
      byte[] payload = new byte[5000];
      random.nextBytes(payload);
      journal.add(ByteBuffer.wrap(payload), Timestamp.ZERO);
      journal.sync();
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
    try (JournalFiles files = files()) {
      Journal journal = filled(files);
      JournalReplay replay = new JournalReplay(directory);
      replay.check(0, journal.currentSegment());
      for (int round = 0; round < 50; round++) {
        long segment = 1 + random.nextInt(3);
        int at = HEADER + random.nextInt(50_000);
        flip(segment, at);
        assertThatThrownBy(() -> replay.check(0, journal.currentSegment()))
            .hasMessageContaining("is damaged at");
        flip(segment, at);
      }
      replay.check(0, journal.currentSegment());
    }
  }

  @Test
  void passesOverSegmentsThatAreThereForObjectsOnly() throws IOException {
    try (JournalFiles files = files()) {
      Journal journal = filled(files);
      Files.delete(SegmentNames.path(directory, 1, SegmentNames.JOURNAL));
      flip(2, HEADER + 100);
      files.seal(3);
      new JournalReplay(directory).check(files.firstNeeded(), journal.currentSegment());
    }
  }

  @Test
  void leavesTheSegmentThatIsBeingWrittenAlone() throws IOException {
    try (JournalFiles files = files()) {
      Journal journal = filled(files);
      flip(journal.currentSegment(), HEADER + 100);
      new JournalReplay(directory).check(0, journal.currentSegment());
    }
  }
}
