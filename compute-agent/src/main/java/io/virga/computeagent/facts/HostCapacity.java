package io.virga.computeagent.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the host can give to instances, before any overcommitment. Memory, which is promised once,
 * is divided where several hosts are one machine.
 *
 * @param vcpus processors that this process may use
 * @param diskBytes the size of the file system of the instances' folder
 */
public record HostCapacity(int vcpus, long memoryBytes, long diskBytes) {

  private static final String MEMORY = "MemTotal:";

  /**
   * Of this machine. Blocks.
   *
   * @param hosts how many hosts it is
   */
  public static HostCapacity measure(Path instancesDirectory, int hosts) throws IOException {
    return new HostCapacity(
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(Path.of("/proc/meminfo")) / hosts,
        Files.getFileStore(instancesDirectory).getTotalSpace());
  }

  /** {@code MemTotal} is in units of 1024 bytes, which the kernel calls kB. */
  static long memoryBytes(Path memoryInformation) throws IOException {
    try (Stream<String> lines = Files.lines(memoryInformation)) {
      return lines
          .filter(line -> line.startsWith(MEMORY))
          .map(line -> line.substring(MEMORY.length()).strip().split("\\s+")[0])
          .mapToLong(Long::parseLong)
          .map(kibibytes -> kibibytes * 1024)
          .findFirst()
          .orElseThrow(() -> new IOException(memoryInformation + " has no line " + MEMORY));
    }
  }
}
