package io.virga.objectstore.simulation;

import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rings of the cluster, and the operator who changes them. */
final class SimulatedRings {

  private static final int PART_POWER = 3;
  private static final Instant BEGINNING = Instant.parse("2026-11-01T00:00:00Z");

  private final Path directory;
  private final Map<String, RingBuilder> builders = new LinkedHashMap<>();
  private int changes;

  /**
   * @param weighted how many of the nodes have a weight
   */
  SimulatedRings(Path directory, int nodes, int replicas, int weighted) throws IOException {
    this.directory = Files.createDirectories(directory);
    StoragePolicies.INITIAL.write(directory.resolve(Rings.POLICIES));
    for (String file : new String[] {Rings.ACCOUNTS, Rings.CONTAINERS, Rings.objectFile(0)}) {
      RingBuilder builder = new RingBuilder(PART_POWER, replicas);
      for (int node = 0; node < nodes; node++) {
        HostPort at = SimulatedNode.address(node);
        double weight = node < weighted ? 100 : 0;
        builder.add(1, node + 1, at.host(), at.port(), SimulatedNode.DEVICE, weight);
      }
      builders.put(file, builder);
    }
    rebalance();
  }

  /** Whether there are enough others with a weight. */
  boolean canSpare(int node) {
    RingBuilder any = builders.values().iterator().next();
    return any.devices().stream().filter(d -> d.id() != node && d.weight() > 0).count()
        >= any.replicas();
  }

  /** A device has another share from now on. */
  void weigh(int node, double weight) throws IOException {
    builders.values().forEach(builder -> builder.setWeight(node, weight));
    rebalance();
  }

  private void rebalance() throws IOException {
    Instant now = BEGINNING.plusSeconds(100_000L * changes++);
    for (Map.Entry<String, RingBuilder> one : builders.entrySet()) {
      RingFile.write(one.getValue().rebalance(now).ring(), directory.resolve(one.getKey()));
    }
  }
}
