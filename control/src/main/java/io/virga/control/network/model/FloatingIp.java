package io.virga.control.network.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A floating IP.
 *
 * @param externalPortId the port on the external network that has its address and MAC
 * @param target what it stands for; empty if for nothing, or if it has forwardings
 * @param routerId the router that translates it; empty while it has neither
 */
public record FloatingIp(
    UUID id,
    String projectId,
    String description,
    UUID networkId,
    UUID externalPortId,
    String address,
    String mac,
    Optional<Target> target,
    Optional<UUID> routerId,
    List<PortForwarding> forwardings,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public FloatingIp {
    forwardings = List.copyOf(forwardings);
  }

  /** An address of a port. */
  public record Target(UUID portId, String fixedIp) {}

  /** The same with these forwardings. */
  public FloatingIp withForwardings(List<PortForwarding> newForwardings) {
    return new FloatingIp(
        id,
        projectId,
        description,
        networkId,
        externalPortId,
        address,
        mac,
        target,
        routerId,
        newForwardings,
        createdAt,
        updatedAt,
        revision);
  }
}
