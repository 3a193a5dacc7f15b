package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Shell;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.SegmentHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What happens to the disks of nodes: bits rot, writes are torn, and no space is left. */
final class ObjectDisks {

  private static final String DEVICE = "d1";
  private static final String FILLING = "filling";
  private static final String JOURNAL = ".journal";
  private static final int FLIPS = 3;

  /**
   * A start replays the last segment that an earlier start has left and what has been written
   * since; a node that cannot is not made good by the others.
   */
  private static final int REPLAYED_SEGMENTS = 3;

  /** Less than a device wants to have left. */
  private static final long LEFT_BYTES = 64L << 20;

  private final Path data;
  private final Shell operator;
  private final Random random;

  /**
   * @param data where the nodes have their data
   */
  ObjectDisks(Path data, Random random) {
    this.data = data;
    this.operator = new Shell(Map.of(), data.getRoot());
    this.random = random;
  }

  private Path device(String node) {
    return data.resolve(node).resolve(DEVICE);
  }

  /** Gives a node a file system of its own; the mounts must be this process's. */
  void mount(String node, String size) {
    try {
      Path directory = Files.createDirectories(data.resolve(node));
      operator.run("chmod", "700", directory.toString());
      operator.run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, node, path(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void unmount(String node) {
    operator.run("umount", path(data.resolve(node)));
  }

  private static String path(Path directory) {
    return directory.toString();
  }

  /** Takes nearly all of the space of a node that has a file system of its own. */
  void fill(String node) {
    try {
      FileStore store = Files.getFileStore(data.resolve(node));
      long bytes = store.getUsableSpace() - LEFT_BYTES;
      operator.run("fallocate", "-l", "" + bytes, path(data.resolve(node).resolve(FILLING)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives it back. */
  void empty(String node) {
    try {
      Files.delete(data.resolve(node).resolve(FILLING));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Turns some bits over in what objects of a node have their bytes in, whether it runs or not:
   * data segments, and segments of the journal that are kept for small objects only.
   *
   * @return how many
   */
  int rot(String node) {
    try {
      List<Path> segments = new ArrayList<>(files(device(node).resolve("data"), ".data"));
      List<Path> journal = files(journal(node), JOURNAL);
      segments.addAll(journal.subList(0, Math.max(0, journal.size() - REPLAYED_SEGMENTS)));
      for (int i = 0; i < FLIPS && !segments.isEmpty(); i++) {
        flip(segments.get(random.nextInt(segments.size())));
      }
      return segments.isEmpty() ? 0 : FLIPS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flip(Path segment) throws IOException {
    long end = isOfJournal(segment) ? written(segment).end() : Files.size(segment);
    long room = end - SegmentHeader.STORED_BYTES;
    if (room <= 0) {
      return;
    }
    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
      long at = SegmentHeader.STORED_BYTES + random.nextLong(room);
      bytes.seek(at);
      int was = bytes.read();
      bytes.seek(at);
      bytes.write(was ^ (1 << random.nextInt(8)));
    }
  }

  /**
   * Leaves, behind the last frame of a dead node's journal, the beginning of another one: a write
   * that the power has torn.
   *
   * @return whether there was room for it
   */
  boolean tear(String node) {
    try {
      Path last = files(journal(node), JOURNAL).getLast();
      Written written = written(last);
      int torn = (written.end() - written.lastFrame()) / 2;
      if (torn == 0 || written.end() + torn > Files.size(last)) {
        return false;
      }
      try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
        byte[] begun = new byte[torn];
        file.seek(written.lastFrame());
        file.readFully(begun);
        file.seek(written.end());
        file.write(begun);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the last frame of a journal segment begins and ends. */
  private record Written(int lastFrame, int end) {}

  private static Written written(Path segment) throws IOException {
    long number = Long.parseLong(String.valueOf(segment.getFileName()).replace(JOURNAL, ""));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
    int end = SegmentHeader.STORED_BYTES;
    int begun = end;
    while (Frame.decode(bytes, end, number) instanceof Frame.Complete(Frame f, int stored)) {
      begun = end;
      end += stored;
    }
    return new Written(begun, end);
  }

  private static boolean isOfJournal(Path segment) {
    return segment.toString().endsWith(JOURNAL);
  }

  private Path journal(String node) {
    return device(node).resolve("journal");
  }

  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
