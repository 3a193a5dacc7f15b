package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.volume.BlockServer;
import io.virga.benchmarks.volume.Way;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** {@code qemu-io}, which has read a block of a volume and stays connected. */
public final class ConnectedClient implements AutoCloseable {

  private static final String COMMAND = "read 0 4096\n";
  private static final String DONE = "read 4096/4096 bytes";

  private final Process process;

  private ConnectedClient(Process process) {
    this.process = process;
  }

  /** Returns once the block has been read; throws with what the client said if it is not. */
  public static ConnectedClient of(BlockServer server, Way way) {
    ProcessBuilder builder =
        new ProcessBuilder("qemu-io", "-f", "raw", server.uri(way)).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.putAll(server.clientEnvironment());
    try {
      ConnectedClient client = new ConnectedClient(builder.start());
      client.readBlock();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readBlock() throws IOException {
    process.getOutputStream().write(COMMAND.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    BufferedReader said = process.inputReader();
    StringBuilder all = new StringBuilder();
    String line = said.readLine();
    while (line != null && !line.contains(DONE)) {
      all.append(line).append('\n');
      line = said.readLine();
    }
    if (line == null) {
      close();
      throw new IllegalStateException("qemu-io did not read: " + all);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
