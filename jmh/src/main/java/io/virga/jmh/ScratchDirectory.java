package io.virga.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory of a benchmark, removed with all that is in it. */
record ScratchDirectory(Path path) {

  static ScratchDirectory make() throws IOException {
    return new ScratchDirectory(Files.createTempDirectory("virga-jmh"));
  }

  void remove() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
