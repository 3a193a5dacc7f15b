package io.virga.benchmarks.host;

import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The device that holds a directory, and what has been written to it by anyone. */
public record BlockDevice(Path directory, int major, int minor) {

  private static final int SECTOR_BYTES = 512;
  private static final int NAME_FIELD = 2;
  private static final int SECTORS_WRITTEN_FIELD = 9;

  /** Nothing where the kernel keeps no counters: a file system in memory, or over the network. */
  public static Optional<BlockDevice> holding(Path directory) {
    try {
      long number = (Long) Files.getAttribute(directory, "unix:dev");
      int major = (int) ((number >> 8) & 0xfff);
      int minor = (int) ((number & 0xff) | ((number >> 12) & 0xfff00));
      BlockDevice device = new BlockDevice(directory, major, minor);
      return device.line().map(line -> device);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the kernel calls it. */
  public String name() {
    return line().orElseThrow()[NAME_FIELD];
  }

  /** Writes out all that waits, and returns how much has been written since the machine started. */
  public long writtenBytes() {
    new Shell(Map.of(), directory).run("sync", "-f", directory.toString());
    return Long.parseLong(line().orElseThrow()[SECTORS_WRITTEN_FIELD]) * SECTOR_BYTES;
  }

  private Optional<String[]> line() {
    try {
      return Files.readAllLines(Path.of("/proc/diskstats")).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(f -> f[0].equals("" + major) && f[1].equals("" + minor))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
