package io.virga.objectstore;

import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
      Path path = directory.resolve(file);
      Optional<Ring> before =
          Files.exists(path) ? Optional.of(RingFile.read(path)) : Optional.empty();
      RingBuilder builder = new RingBuilder(PART_POWER, replicas);
      devices.forEach(builder::put);
      RingFile.write(builder.build(before), path);
    }
    if (!Files.exists(directory.resolve(Rings.POLICIES))) {
      StoragePolicies.INITIAL.write(directory.resolve(Rings.POLICIES));
    }
    return directory;
  }
}
