package io.virga.netagent.lab;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** tcpdump while it runs. */
public final class Capture implements AutoCloseable {

  private final Process process;
  private final Path file;

  private Capture(Process process, Path file) {
    this.process = process;
    this.file = file;
  }

  static Capture start(String namespace, String device, Path file, String filter)
      throws IOException {
    Process process =
        new ProcessBuilder(
                "ip", "netns", "exec", namespace, "tcpdump", "-l", "-nn", "-e", "-i", device,
                filter)
            .redirectOutput(file.toFile())
            .redirectError(file.resolveSibling(file.getFileName() + ".begun").toFile())
            .start();
    Capture capture = new Capture(process, file);
    Eventually.isTrue(
        "tcpdump listens",
        () -> read(file.resolveSibling(file.getFileName() + ".begun")).contains("listening on"));
    return capture;
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was recorded so far, a line a packet. */
  public List<String> packets() {
    return read(file).lines().toList();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
