package io.virga.control.compute.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a server has used.
 *
 * @param endedAt empty while it is there
 */
public record Usage(
    UUID serverId,
    String projectId,
    String name,
    Size size,
    Instant startedAt,
    Optional<Instant> endedAt) {

  /** Its size. */
  public record Size(String flavorName, int vcpus, int ramMib, int diskGib) {}
}
