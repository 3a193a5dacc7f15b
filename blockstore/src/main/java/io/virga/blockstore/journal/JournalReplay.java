package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.storage.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal at start: what is behind the checkpoint, in order, up to the first frame that
 * is torn or missing. Of files that end before that it reads the headers alone. Nothing behind that
 * was ever acknowledged, since a batch is acknowledged after all before it and itself are durable;
 * if a later frame says that the missing one had been durable, the journal is damaged, and that is
 * an error.
 */
public final class JournalReplay {

  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  /** More than a batch that was never acknowledged can have used. */
  private static final long SEQUENCE_GAP = 1 << 20;

  private JournalReplay() {}

  /**
   * Gives every record behind the checkpoint to the consumer. Blocks.
   *
   * @return the sequence at which appending goes on: larger than any that is in a file
   * @throws IOException if the journal is damaged or cannot be read
   */
  public static long run(Disk disk, long checkpointSequence, Consumer<JournalRecord> consumer)
      throws IOException {
    List<Content> files = files(disk, checkpointSequence);
    Reached reached = read(files, checkpointSequence, consumer);
    requireTorn(files, reached);
    LOG.info(
        "replayed {} journal frames behind sequence {}",
        reached.applied - checkpointSequence,
        checkpointSequence);
    return reached.largest + SEQUENCE_GAP;
  }

  /** Whether all frames that a start would need can be read. Blocks. */
  public static boolean has(Disk disk, Journal.Needed needed) throws IOException {
    List<Content> files = files(disk, needed.afterSequence());
    return read(files, needed.afterSequence(), record -> {}).applied >= needed.lastSequence();
  }

  private static void requireTorn(List<Content> files, Reached reached) throws IOException {
    for (Content file : files) {
      if (file.name.equals(reached.proof)
          || FrameCodec.provesDurable(file.bytes, reached.applied)) {
        long missing = reached.applied + 1;
        throw new IOException(
            ("the journal is damaged: frame %d, which should be in %s, cannot be read, and %s says"
                    + " that it was durable")
                .formatted(missing, place(files, missing), file.name));
      }
    }
  }

  /** The last file that begins at or before the sequence. */
  private static String place(List<Content> files, long sequence) {
    return files.stream()
        .filter(file -> file.isUsed() && file.firstSequence <= sequence)
        .reduce((before, next) -> next)
        .map(Content::name)
        .orElse("a file that is missing");
  }

  private static Reached read(
      List<Content> files, long checkpointSequence, Consumer<JournalRecord> consumer)
      throws IOException {
    long applied = checkpointSequence;
    long largest = checkpointSequence;
    String proof = "";
    for (Content file : files) {
      if (!file.isUsed()) {
        continue;
      }
      long sequence = file.firstSequence;
      for (; FrameCodec.isFrame(file.bytes, sequence, file.version); sequence++) {
        int length = file.bytes.getInt(file.bytes.readerIndex());
        long durable = FrameCodec.durableSequence(file.bytes, file.version);
        ByteBuf payload =
            file.bytes.skipBytes(FrameCodec.headerBytes(file.version)).readSlice(length);
        if (sequence == applied + 1) {
          apply(payload, file.name, consumer);
          applied++;
        } else if (durable > applied) {
          proof = file.name;
        }
      }
      largest = Math.max(largest, sequence);
    }
    return new Reached(applied, largest, proof);
  }

  /** Those that may have frames behind the sequence, in the order in which they were begun. */
  private static List<Content> files(Disk disk, long afterSequence) throws IOException {
    List<Content> files = new ArrayList<>();
    for (String name : disk.list(Journal.PREFIX)) {
      files.add(content(name, disk.content(name, FrameCodec.FILE_HEADER_BYTES)));
    }
    files.sort(Comparator.comparingLong(Content::firstSequence));
    List<Content> needed = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Content file = files.get(i);
      boolean before =
          file.isUsed()
              && i + 1 < files.size()
              && files.get(i + 1).firstSequence <= afterSequence + 1;
      if (!before) {
        needed.add(content(file.name, disk.content(file.name, Integer.MAX_VALUE)));
      }
    }
    return needed;
  }

  private static Content content(String name, byte[] content) {
    ByteBuf bytes = Unpooled.wrappedBuffer(content);
    long first = FrameCodec.decodeFileHeader(bytes);
    int version = first >= 0 ? FrameCodec.version(bytes) : FrameCodec.VERSION;
    int header = Math.min(FrameCodec.FILE_HEADER_BYTES, bytes.readableBytes());
    return new Content(name, first, version, bytes.skipBytes(header));
  }

  private static void apply(ByteBuf payload, String file, Consumer<JournalRecord> consumer)
      throws IOException {
    while (payload.isReadable()) {
      Optional<JournalRecord> record = RecordCodec.decode(payload);
      consumer.accept(
          record.orElseThrow(
              () -> new IOException("a frame of " + file + " is intact but has a bad record")));
    }
  }

  /**
   * How far the frames go.
   *
   * @param proof the file that has a frame which says that one behind those was durable, or empty
   */
  private record Reached(long applied, long largest, String proof) {}

  /**
   * A file.
   *
   * @param firstSequence -1 if it has never been used or its header cannot be read
   */
  private record Content(String name, long firstSequence, int version, ByteBuf bytes) {

    boolean isUsed() {
      return firstSequence >= 0;
    }
  }
}
