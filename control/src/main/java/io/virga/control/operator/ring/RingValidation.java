package io.virga.control.operator.ring;

import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Looks for what is wrong with the rings of a home. */
public final class RingValidation {

  private final RingDirectory rings;
  private final List<String> problems = new ArrayList<>();

  public RingValidation(RingDirectory rings) {
    this.rings = rings;
  }

  /** A line for each thing that is wrong. */
  public List<String> problems() throws IOException {
    for (String name : rings.names()) {
      try {
        check(name, rings.read(name));
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    try {
      for (StoragePolicy policy : rings.policies().all()) {
        String file = Rings.objectFile(policy.index());
        if (!Files.exists(rings.ringFile("object").resolveSibling(file))) {
          problems.add("the storage policy '%s' has no %s".formatted(policy.name(), file));
        }
      }
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return List.copyOf(problems);
  }

  private void check(String name, RingBuilder builder) throws IOException {
    Path file = rings.ringFile(name);
    Optional<Ring> made = builder.ring();
    if (made.isEmpty()) {
      problems.add("%s: has never been rebalanced".formatted(name));
      return;
    }
    long version = Files.exists(file) ? RingFile.read(file).version() : 0;
    if (version != made.get().version()) {
      problems.add(
          "%s: the ring file has version %d, its builder %d"
              .formatted(name, version, made.get().version()));
    }
    for (int partition = 0; partition < made.get().partitions(); partition++) {
      if (new HashSet<>(made.get().devicesOf(partition)).size() < made.get().replicas()) {
        problems.add("%s: partition %d has two replicas on one device".formatted(name, partition));
        return;
      }
    }
  }
}
