package io.virga.benchmarks.volume;

import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The file that a rival keeps a volume in, and the program that it is. */
final class BackingFile {

  private BackingFile() {}

  /** Makes it, of the size; what it holds comes through the server. */
  static Path make(Path directory, long sizeBytes) {
    Path file = directory.resolve("volume.raw");
    new Shell(Map.of(), directory).run("truncate", "-s", Long.toString(sizeBytes), file.toString());
    return file;
  }

  /** How to get the program if it is not there. */
  static Optional<String> missing(String program, String debianPackage) {
    return Files.isExecutable(Path.of(program))
        ? Optional.empty()
        : Optional.of("apt-get install " + debianPackage);
  }
}
