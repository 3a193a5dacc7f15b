package io.virga.benchmarks.netbench;

import io.virga.dataplane.json.Json;
import io.virga.netagent.lab.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What iperf3 carries over TCP from one guest to another. */
final class Throughput {

  private static final int PORT = 5201;

  private final Path directory;
  private int runs;

  Throughput(Path directory) {
    this.directory = directory;
  }

  /** Gigabits a second in so many seconds. */
  double gigabits(Guest from, Guest to, String address, int seconds)
      throws IOException, InterruptedException {
    Path log = directory.resolve("iperf-" + runs++);
    Process server = to.start(log, "iperf3 -s -1 -p " + PORT + " --forceflush");
    try {
      while (!Files.readString(log).contains("listening")) {
        Thread.sleep(10);
      }
      String report =
          from.must("iperf3 -J -c %s -p %d -t %d -O 1".formatted(address, PORT, seconds));
      JsonNode end = Json.read(report, JsonNode.class).path("end");
      return end.path("sum_received").path("bits_per_second").asDouble() / 1e9;
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  /** How much one way carries of what another does, each measured in turn, by their medians. */
  double ratio(Way measured, Way compared, int rounds) throws IOException, InterruptedException {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      ours.add(measured.gigabits());
      theirs.add(compared.gigabits());
    }
    return Percentiles.of(ours).at(0.5) / Percentiles.of(theirs).at(0.5);
  }

  /** A way from one guest to another. */
  @FunctionalInterface
  interface Way {
    double gigabits() throws IOException, InterruptedException;
  }
}
