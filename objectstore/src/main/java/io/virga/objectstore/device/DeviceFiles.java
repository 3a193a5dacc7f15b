package io.virga.objectstore.device;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.IndexBatch;
import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.index.LiveBytes;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.Journal;
import io.virga.objectstore.log.JournalFiles;
import io.virga.objectstore.log.JournalReplay;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.FrameEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a device, opened and, after a crash, brought up to date. */
record DeviceFiles(
    DeviceIdentity identity,
    Index index,
    LiveBytes liveBytes,
    JournalFiles journalFiles,
    Journal journal,
    DataSegments segments)
    implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceFiles.class);

  /** The directory of the journal. */
  static final String JOURNAL = "journal";

  private static final int REPLAY_BATCH = 1000;

  static DeviceFiles open(Disk disk, Path directory, PathHasher hasher, DeviceOptions options)
      throws IOException {
    DeviceIdentity identity = DeviceIdentity.open(disk, directory);
    try {
      Path journals = Files.createDirectories(directory.resolve(JOURNAL));
      Path data = Files.createDirectories(directory.resolve("data"));
      Path indexes = Files.createDirectories(directory.resolve("index"));
      Index index = Index.open(indexes, hasher, options.indexCacheBytes());
      try {
        LiveBytes live = new LiveBytes(index.liveBytes());
        long firstNeeded = index.position().segment();
        JournalPosition end = replay(journals, index, live);
        long journalBytes = options.journalSegmentBytes();
        JournalFiles files =
            new JournalFiles(disk, journals, identity.id(), journalBytes, firstNeeded);
        Journal journal = Journal.begin(files, end);
        LongPredicate isLive = number -> live.of(number) > 0;
        long dataBytes = options.dataSegmentBytes();
        DataSegments segments =
            new DataSegments(disk, data, identity.id(), dataBytes, isLive, files);
        return new DeviceFiles(identity, index, live, files, journal, segments);
      } catch (IOException | RuntimeException e) {
        index.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      identity.close();
      throw e;
    }
  }

  private static JournalPosition replay(Path journals, Index index, LiveBytes live)
      throws IOException {
    JournalPosition from = index.position();
    Replayed replayed = new Replayed(index, live);
    JournalPosition end = new JournalReplay(journals).run(from, replayed::accept);
    replayed.write(end);
    if (replayed.frames > 0) {
      LOG.info("replayed {} journal frames from {} to {}", replayed.frames, from, end);
      index.flush();
    }
    return end;
  }

  private static final class Replayed {
    private final Index index;
    private final LiveBytes live;
    private IndexBatch batch;
    private long frames;

    Replayed(Index index, LiveBytes live) {
      this.index = index;
      this.live = live;
      this.batch = new IndexBatch(index, live, index.lastTimestampMicros());
    }

    void accept(Frame frame, JournalPosition end) {
      FrameEntries entries =
          FrameEntries.read(frame.payload())
              .orElseThrow(
                  () ->
                      new IllegalStateException("the journal frame before " + end + " is unknown"));
      entries.placed(end.segment(), end.offset() - frame.payload().length).forEach(batch::apply);
      frames++;
      if (frames % REPLAY_BATCH == 0) {
        write(end);
      }
    }

    void write(JournalPosition end) {
      index.write(batch, end);
      batch = new IndexBatch(index, live, batch.lastTimestampMicros());
    }
  }

  @Override
  public void close() throws IOException {
    journalFiles.close();
    segments.close();
    index.close();
    identity.close();
  }
}
