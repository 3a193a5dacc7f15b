package io.virga.objectstore;

import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import io.virga.dataplane.ring.StoragePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes the rings of test clusters. */
final class TestRings {

  private static final int PART_POWER = 6;
  private static final List<String> FILES =
      List.of("account.ring", "container.ring", "object.ring");

  private TestRings() {}

  /** Rings of these devices, in place of those that may be there. */
  static Path write(Path directory, int replicas, List<RingDevice> devices) throws IOException {
    Files.createDirectories(directory);
    for (String file : FILES) {
      writeRing(directory.resolve(file), replicas, devices);
    }
    if (!Files.exists(directory.resolve(Rings.POLICIES))) {
      StoragePolicies.INITIAL.write(directory.resolve(Rings.POLICIES));
    }
    return directory;
  }

  private static void writeRing(Path path, int replicas, List<RingDevice> devices)
      throws IOException {
    RingBuilder builder =
        Files.exists(path)
            ? RingBuilder.of(RingFile.read(path))
            : new RingBuilder(PART_POWER, replicas);
    builder.setMinPartHours(0);
    for (RingDevice device : devices) {
      if (device.id() < builder.devices().size()) {
        builder.setWeight(device.id(), device.weight());
      } else {
        builder.add(1, device.zone(), device.host(), device.port(), "d1", device.weight());
      }
    }
    RingFile.write(builder.rebalance(Instant.now()).ring(), path);
  }

  /** One more storage policy, in place of what may be there with its index. */
  static void addPolicy(
      Path directory, StoragePolicy policy, int replicas, List<RingDevice> devices)
      throws IOException {
    writeRing(directory.resolve(Rings.objectFile(policy.index())), replicas, devices);
    Path file = directory.resolve(Rings.POLICIES);
    List<StoragePolicy> all = new ArrayList<>(StoragePolicies.read(file).all());
    all.removeIf(other -> other.index() == policy.index());
    all.add(policy);
    new StoragePolicies(all).write(file);
  }
}
