package io.virga.netagent.lab;

import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The agent as its own process in the namespace of a switch. */
public final class AgentProcess implements AutoCloseable {

  private static final int OPERATIONS_PORT = 8739;
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Switch ovs;
  private final Path directory;
  private final Process process;

  private AgentProcess(Switch ovs, Path directory, Process process) {
    this.ovs = ovs;
    this.directory = directory;
    this.process = process;
  }

  /**
   * Starts it, on whatever an earlier one has left in the directory.
   *
   * @param given settings beside those that follow from the switch and the directory
   */
  static AgentProcess start(Switch ovs, Path directory, Map<String, String> given)
      throws IOException {
    Map<String, String> settings = new HashMap<>();
    Path state = Files.createDirectories(directory.resolve("state"));
    settings.put("virga.operations.listen", "127.0.0.1:" + OPERATIONS_PORT);
    settings.put("virga.log.directory", directory.resolve("log").toString());
    settings.put("virga.state.directory", state.toString());
    settings.put("virga.netagent.ovsdb-socket", ovs.databaseSocket().toString());
    settings.put("virga.netagent.ovs-run-directory", ovs.runDirectory().toString());
    settings.put("virga.netagent.datapath-type", "netdev");
    settings.putAll(given);
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Path file = Files.writeString(directory.resolve("netagent.properties"), text);
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", ovs.namespace()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(Main.class.getName(), file.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    return new AgentProcess(ovs, directory, process);
  }

  /** What tests alone need makes no agent start slower. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("bc"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits until it has reconciled. */
  AgentProcess awaitHealthy() {
    try {
      Eventually.isTrue(
          "the agent has reconciled",
          LOOK_EVERY,
          () -> operations("health").contains("\"name\":\"reconcile\",\"status\":\"up\""));
      return this;
    } catch (AssertionError unhealthy) {
      throw new AssertionError(unhealthy.getMessage() + output(), unhealthy);
    }
  }

  /** What the agent answers operators under the path; empty if it does not answer. */
  public String operations(String path) {
    try {
      return Switch.in(ovs.namespace(), "curl -s http://127.0.0.1:" + OPERATIONS_PORT + "/" + path)
          .output();
    } catch (IOException failure) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** The value of a meter without further tags. */
  public double metric(String name) {
    return operations("metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("output"));
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
