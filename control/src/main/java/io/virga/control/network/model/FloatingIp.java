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
 * @param port what is shown of the port that it stands for
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
    Optional<PortDetails> port,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public FloatingIp {
    forwardings = List.copyOf(forwardings);
  }

  /** An address of a port. */
  public record Target(UUID portId, String fixedIp) {}

  /** What is shown of a port. */
  public record PortDetails(
      String name,
      UUID networkId,
      String mac,
      boolean adminStateUp,
      boolean wired,
      String deviceId,
      String deviceOwner) {}
}
