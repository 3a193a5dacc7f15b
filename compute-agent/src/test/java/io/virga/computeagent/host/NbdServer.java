package io.virga.computeagent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** nbdkit in the place of a blockstore: every file of a folder is an export of that name. */
public final class NbdServer implements AutoCloseable {

  private final Path home;
  private @Nullable Process nbdkit;

  /** Nothing is served yet. */
  public NbdServer(Path home) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("exports"));
  }

  /** The file of an export. */
  public Path export(String name) {
    return home.resolve("exports").resolve(name);
  }

  /** The unix socket. */
  public Path socket() {
    return home.resolve("nbd.sock");
  }

  /** Serves. */
  public void start() throws IOException {
    Files.deleteIfExists(socket());
    nbdkit =
        Programs.start(
            home.resolve("nbdkit.log"),
            Map.of(),
            List.of(
                "nbdkit",
                "-f",
                "--unix",
                socket().toString(),
                "file",
                "dir=" + home.resolve("exports")));
    Programs.await("nbdkit", Duration.ofSeconds(10), () -> Files.exists(socket()));
  }

  /** kill -9. */
  public void kill() throws InterruptedException {
    if (nbdkit != null) {
      Programs.kill(nbdkit);
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
