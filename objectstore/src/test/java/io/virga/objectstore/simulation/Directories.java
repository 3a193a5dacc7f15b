package io.virga.objectstore.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whole directories. */
final class Directories {

  private static final Path MEMORY = Path.of("/dev/shm");

  private Directories() {}

  /** A new one, in memory where there is a file system for that. */
  static Path make() throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "virga-simulation")
        : Files.createTempDirectory("virga-simulation");
  }

  /** A copy as of one moment: made again if something has changed meanwhile. */
  static void copy(Path from, Path to) throws IOException {
    for (Map<Path, Long> before = sizes(from); ; before = sizes(from)) {
      try {
        copyOnce(from, to);
        if (before.equals(sizes(from))) {
          return;
        }
      } catch (NoSuchFileException e) {
        // It was deleted after it had been listed.
      }
      delete(to);
    }
  }

  private static void copyOnce(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
  }

  private static Map<Path, Long> sizes(Path directory) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    for (Path file : files(directory)) {
      if (Files.isRegularFile(file)) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }

  static void delete(Path directory) throws IOException {
    for (Path file : files(directory).reversed()) {
      Files.deleteIfExists(file);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
