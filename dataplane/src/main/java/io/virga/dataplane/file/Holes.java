package io.virga.dataplane.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Files that have less on disk than their size says. All methods block. */
public final class Holes {

  private Holes() {}

  /**
   * Gives the space of a range back to the file system: it reads as zeros from then on, and the
   * size stays.
   *
   * @throws IOException also where the file system cannot do it ({@code EOPNOTSUPP})
   */
  public static void punch(Path path, long offset, long length) throws IOException {
    int descriptor = Libc.open(path, Set.of(FileOption.WRITE));
    try {
      Libc.punchHole(path, descriptor, offset, length);
    } finally {
      Libc.close(path, descriptor);
    }
  }

  /** How many bytes the file has on disk. */
  public static long allocatedBytes(Path path) throws IOException {
    return Libc.allocatedBytes(path);
  }

  /** A part of a file; both in bytes. */
  public record Range(long offset, long length) {}

  /** What of the file is not in holes, ascending: the rest reads as zeros. */
  public static List<Range> data(Path path) throws IOException {
    List<Range> data = new ArrayList<>();
    int descriptor = Libc.open(path, Set.of());
    try {
      long begin = Libc.nextData(path, descriptor, 0);
      while (begin >= 0) {
        long end = Libc.nextHole(path, descriptor, begin);
        data.add(new Range(begin, end - begin));
        begin = Libc.nextData(path, descriptor, end);
      }
    } finally {
      Libc.close(path, descriptor);
    }
    return data;
  }
}
