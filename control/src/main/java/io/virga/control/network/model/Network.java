package io.virga.control.network.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A network.
 *
 * @param vni the VXLAN network identifier
 * @param subnetIds in the order of their making
 */
public record Network(
    UUID id,
    String projectId,
    String name,
    String description,
    boolean adminStateUp,
    boolean shared,
    boolean external,
    boolean portSecurityEnabled,
    int mtu,
    int vni,
    List<String> subnetIds,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public Network {
    subnetIds = List.copyOf(subnetIds);
  }
}
