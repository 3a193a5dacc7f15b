package io.virga.benchmarks.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A directory below {@code /tmp} that is removed with all that is in it: short, because the path of
 * a unix socket must be.
 *
 * @param path there until it is closed
 */
public record ScratchDirectory(Path path) implements AutoCloseable {

  /** Makes an empty one whose name begins with {@code prefix}. */
  public static ScratchDirectory make(String prefix) {
    try {
      return new ScratchDirectory(Files.createTempDirectory(Path.of("/tmp"), prefix));
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
