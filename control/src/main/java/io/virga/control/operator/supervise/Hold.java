package io.virga.control.operator.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operator's word that one process shall stay stopped: an empty file beside its pid file. It
 * holds until it is taken back, or until the next {@code up}.
 *
 * @param run the folder of the pid files
 */
public record Hold(Path run, String name) {

  private static final String ENDING = ".held";

  public void place() throws IOException {
    Files.write(file(), new byte[0]);
  }

  public void lift() throws IOException {
    Files.deleteIfExists(file());
  }

  boolean present() {
    return Files.exists(file());
  }

  /** Lifts all holds of a home. */
  public static void liftAll(Path run) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(run)) {
      files = all.filter(file -> file.toString().endsWith(ENDING)).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  private Path file() {
    return run.resolve(name + ENDING);
  }
}
