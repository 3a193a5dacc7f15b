package io.virga.control.compute.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Hosts that have something in common.
 *
 * @param zone the availability zone that they are, if they are one
 * @param metadata without the zone
 */
public record Aggregate(
    int id,
    UUID uuid,
    String name,
    Optional<String> zone,
    Map<String, String> metadata,
    List<String> hosts,
    Instant createdAt,
    Optional<Instant> updatedAt) {

  public Aggregate {
    metadata = Map.copyOf(metadata);
    hosts = List.copyOf(hosts);
  }
}
