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
 * is torn or missing. Nothing behind that was ever acknowledged, since a batch is acknowledged
 * after all before it and itself are durable.
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
   */
  public static long run(Disk disk, long checkpointSequence, Consumer<JournalRecord> consumer)
      throws IOException {
    Reached reached = read(disk, checkpointSequence, consumer);
    LOG.info(
        "replayed {} journal frames behind sequence {}",
        reached.applied - checkpointSequence,
        checkpointSequence);
    return reached.largest + SEQUENCE_GAP;
  }

  /** Whether all frames that a start would need can be read. Blocks. */
  public static boolean has(Disk disk, Journal.Needed needed) throws IOException {
    return read(disk, needed.afterSequence(), record -> {}).applied >= needed.lastSequence();
  }

  private static Reached read(Disk disk, long checkpointSequence, Consumer<JournalRecord> consumer)
      throws IOException {
    long applied = checkpointSequence;
    long largest = checkpointSequence;
    for (Content file : files(disk)) {
      long sequence = file.firstSequence;
      for (; FrameCodec.isFrame(file.bytes, sequence); sequence++) {
        ByteBuf payload =
            file.bytes.skipBytes(FrameCodec.HEADER_BYTES).readSlice(lengthBefore(file.bytes));
        if (sequence == applied + 1) {
          apply(payload, file.name, consumer);
          applied++;
        }
      }
      largest = Math.max(largest, sequence);
    }
    return new Reached(applied, largest);
  }

  private static List<Content> files(Disk disk) throws IOException {
    List<Content> files = new ArrayList<>();
    for (String name : disk.list(Journal.PREFIX)) {
      ByteBuf bytes = Unpooled.wrappedBuffer(disk.content(name));
      long first = FrameCodec.decodeFileHeader(bytes);
      if (first >= 0) {
        files.add(new Content(name, first, bytes.skipBytes(FrameCodec.FILE_HEADER_BYTES)));
      }
    }
    files.sort(Comparator.comparingLong(Content::firstSequence));
    return files;
  }

  private static int lengthBefore(ByteBuf bytes) {
    return bytes.getInt(bytes.readerIndex() - FrameCodec.HEADER_BYTES);
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

  private record Reached(long applied, long largest) {}

  private record Content(String name, long firstSequence, ByteBuf bytes) {}
}
