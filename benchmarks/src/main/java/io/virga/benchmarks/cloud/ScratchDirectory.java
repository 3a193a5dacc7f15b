package io.virga.benchmarks.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A directory that is removed with all that is in it. Below {@code /tmp} where nothing else is
 * asked for: short, because the path of a unix socket must be.
 *
 * @param path there until it is closed
 */
public record ScratchDirectory(Path path) implements AutoCloseable {

  /** Makes an empty one below {@code /tmp} whose name begins with {@code prefix}. */
  public static ScratchDirectory make(String prefix) {
    return make(Path.of("/tmp"), prefix);
  }

  /** Makes an empty one whose name begins with {@code prefix}. */
  public static ScratchDirectory make(Path parent, String prefix) {
    try {
      return new ScratchDirectory(Files.createTempDirectory(parent, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
