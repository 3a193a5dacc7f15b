package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.IoListener;
import io.virga.blockstore.storage.StorageFile;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records. {@link #add} collects, {@link #seal} ends a batch, {@link #write} makes the
 * sealed batch durable; one write at a time. Files are preallocated with zeros and used again when
 * a checkpoint holds what is in them. Owned by the pool's loop.
 */
public final class Journal {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  static final String PREFIX = "journal-";
  private static final int FRAME_TARGET_BYTES = 1 << 20;

  private final Disk disk;
  private final Executor background;
  private final Executor loop;
  private final int fileBytes;
  private final Deque<JournalFile> spare = new ArrayDeque<>();
  private final Deque<JournalFile> full = new ArrayDeque<>();
  private final ByteBuf frame = Unpooled.buffer(64 << 10);
  private List<ByteBuf> open = new ArrayList<>();
  private int nextFile;
  private long nextSequence;
  private long releasedSequence;
  private long durableSequence;
  private long bytesSinceCheckpoint;
  private boolean creating;
  private boolean closed;
  private @Nullable JournalFile active;
  private @Nullable Switch waitingForFile;

  private Journal(Disk disk, Executor background, Executor loop, int fileBytes, long next) {
    this.disk = disk;
    this.background = background;
    this.loop = loop;
    this.fileBytes = fileBytes;
    this.nextSequence = next;
    this.releasedSequence = next - 1;
    this.durableSequence = next - 1;
  }

  /**
   * Opens for appending behind what was recovered and checkpointed; all files are free. Blocks; the
   * loop must not do anything else with the journal yet.
   */
  public static Journal open(
      Disk disk, Executor background, Executor loop, int fileBytes, long nextSequence)
      throws IOException {
    Journal journal = new Journal(disk, background, loop, fileBytes, nextSequence);
    for (String name : disk.list(PREFIX)) {
      StorageFile file = disk.open(name);
      journal.nextFile = numberOf(name) + 1;
      journal.spare.add(new JournalFile(file));
    }
    return journal;
  }

  private static int numberOf(String name) throws IOException {
    String digits = name.substring(PREFIX.length());
    if (!digits.matches("[0-9]{4,9}")) {
      throw new IOException(name + " is no journal file: expected " + PREFIX + "0000 and on");
    }
    return Integer.parseInt(digits);
  }

  /** Adds to the open batch. */
  public void add(JournalRecord record) {
    if (open.isEmpty() || open.getLast().readableBytes() > FRAME_TARGET_BYTES) {
      open.add(Unpooled.buffer(256));
    }
    RecordCodec.encode(record, open.getLast());
  }

  /** Whether the open batch has records. */
  public boolean hasOpen() {
    return !open.isEmpty();
  }

  /** Ends the open batch; the caller gives it to {@link #write}. */
  public Batch seal() {
    Batch batch = new Batch(open, nextSequence);
    nextSequence += open.size();
    open = new ArrayList<>();
    return batch;
  }

  /** Bytes that a start would have to read again. */
  public long bytesSinceCheckpoint() {
    return bytesSinceCheckpoint;
  }

  /** A checkpoint was taken as of now; it is not durable yet. */
  public void startCheckpoint() {
    bytesSinceCheckpoint = 0;
  }

  /** What a start would have to read again, as of now. */
  public Needed needed() {
    return new Needed(releasedSequence, durableSequence);
  }

  /** A checkpoint holds everything up to the sequence: files before it may be used again. */
  public void release(long sequence) {
    releasedSequence = sequence;
    while (!full.isEmpty() && full.getFirst().lastSequence <= sequence) {
      spare.add(full.removeFirst());
    }
    proceed();
  }

  /** Makes a batch durable; fails if it needs a new file and that cannot be made. */
  public void write(Batch batch, IoListener listener) {
    writeFrame(batch, 0, new LinkedHashSet<>(), listener);
  }

  private void writeFrame(Batch batch, int index, Set<StorageFile> touched, IoListener listener) {
    if (index == batch.frames.size()) {
      syncAll(new ArrayDeque<>(touched), ok -> synced(batch, ok, listener));
      return;
    }
    ByteBuf payload = batch.frames.get(index);
    JournalFile file = active;
    if (file == null || !file.hasRoom(FrameCodec.HEADER_BYTES + payload.readableBytes())) {
      switchFile(
          batch.firstSequence + index, () -> writeFrame(batch, index, touched, listener), listener);
      return;
    }
    long sequence = batch.firstSequence + index;
    frame.clear();
    FrameCodec.encodeFrame(sequence, durableSequence, payload, frame);
    touched.add(file.file);
    bytesSinceCheckpoint += frame.readableBytes();
    file.append(
        frame,
        sequence,
        ok -> {
          if (ok) {
            writeFrame(batch, index + 1, touched, listener);
          } else {
            listener.done(false);
          }
        });
  }

  private void synced(Batch batch, boolean ok, IoListener listener) {
    if (ok) {
      durableSequence = batch.lastSequence();
    }
    listener.done(ok);
  }

  private void switchFile(long firstSequence, Runnable then, IoListener listener) {
    JournalFile next = spare.poll();
    if (next == null) {
      Invariant.check(waitingForFile == null, "one journal write at a time");
      waitingForFile = new Switch(firstSequence, then, listener);
      create();
      return;
    }
    if (active != null) {
      full.add(active);
    }
    active = next;
    frame.clear();
    FrameCodec.encodeFileHeader(firstSequence, frame);
    next.start(
        frame,
        ok -> {
          if (ok) {
            then.run();
          } else {
            listener.done(false);
          }
        });
    if (spare.isEmpty()) {
      create();
    }
  }

  private void syncAll(Deque<StorageFile> files, IoListener listener) {
    StorageFile file = files.poll();
    if (file == null) {
      listener.done(true);
      return;
    }
    file.sync(
        ok -> {
          if (ok) {
            syncAll(files, listener);
          } else {
            listener.done(false);
          }
        });
  }

  private void create() {
    if (creating) {
      return;
    }
    creating = true;
    String name = "%s%04d".formatted(PREFIX, nextFile);
    background.execute(
        () -> {
          try {
            StorageFile file = disk.open(name);
            loop.execute(() -> file.growZeroed(fileBytes, ok -> created(name, file, ok)));
          } catch (IOException | RuntimeException e) {
            loop.execute(() -> notCreated(name, e.toString()));
          }
        });
  }

  private void created(String name, StorageFile file, boolean ok) {
    if (!ok || closed) {
      file.close();
      notCreated(name, closed ? "the journal is closed" : "writing zeros failed");
      return;
    }
    creating = false;
    nextFile++;
    spare.add(new JournalFile(file));
    proceed();
  }

  /** Whoever waits for the file is told; else it is tried again when one is needed. */
  private void notCreated(String name, String reason) {
    LOG.error("cannot make the journal file {}: {}", name, reason);
    creating = false;
    Switch waiting = waitingForFile;
    if (waiting != null) {
      waitingForFile = null;
      waiting.listener.done(false);
    }
  }

  private void proceed() {
    Switch waiting = waitingForFile;
    if (waiting != null && !spare.isEmpty()) {
      waitingForFile = null;
      switchFile(waiting.firstSequence, waiting.then, waiting.listener);
    }
  }

  /** Closes the files; nothing may be in flight. */
  public void close() {
    spare.forEach(file -> file.file.close());
    full.forEach(file -> file.file.close());
    if (active != null) {
      active.file.close();
    }
    frame.release();
  }

  /**
   * Frames that must be there.
   *
   * @param afterSequence that of the last checkpoint
   * @param lastSequence the last one that was made durable
   */
  public record Needed(long afterSequence, long lastSequence) {}

  /** A write that needs a file. */
  private record Switch(long firstSequence, Runnable then, IoListener listener) {}

  /** Records that become durable together. */
  public static final class Batch {
    private final List<ByteBuf> frames;
    private final long firstSequence;

    private Batch(List<ByteBuf> frames, long firstSequence) {
      this.frames = frames;
      this.firstSequence = firstSequence;
    }

    public boolean isEmpty() {
      return frames.isEmpty();
    }

    /** The sequence of its last frame, or of the frame before it if it is empty. */
    public long lastSequence() {
      return firstSequence + frames.size() - 1;
    }
  }

  private static final class JournalFile {
    private final StorageFile file;
    private long position;
    private long lastSequence;

    JournalFile(StorageFile file) {
      this.file = file;
    }

    boolean hasRoom(int bytes) {
      return position + bytes <= file.sizeBytes() || position == FrameCodec.FILE_HEADER_BYTES;
    }

    void start(ByteBuf header, IoListener listener) {
      position = FrameCodec.FILE_HEADER_BYTES;
      file.write(0, header, header.readerIndex(), header.readableBytes(), listener);
    }

    void append(ByteBuf bytes, long sequence, IoListener listener) {
      long at = position;
      position += bytes.readableBytes();
      lastSequence = sequence;
      file.write(at, bytes, bytes.readerIndex(), bytes.readableBytes(), listener);
    }
  }
}
