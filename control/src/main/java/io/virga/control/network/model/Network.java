package io.virga.control.network.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A network.
 *
 * @param vni the VXLAN network identifier
 * @param provider the wire of the hosts that it is on; empty if it goes over VXLAN
 * @param dnsDomain of the names of its ports; ends in a dot
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
    Optional<Provider> provider,
    Optional<String> dnsDomain,
    Optional<UUID> qosPolicyId,
    List<String> subnetIds,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public Network {
    subnetIds = List.copyOf(subnetIds);
  }

  /**
   * A wire of the hosts.
   *
   * @param vlan empty if frames are untagged
   */
  public record Provider(String physicalNetwork, Optional<Integer> vlan) {}

  /** The same, whose ports go by a QoS policy. */
  public Network limitedBy(UUID policy) {
    return new Network(
        id,
        projectId,
        name,
        description,
        adminStateUp,
        shared,
        external,
        portSecurityEnabled,
        mtu,
        vni,
        provider,
        dnsDomain,
        Optional.of(policy),
        subnetIds,
        createdAt,
        updatedAt,
        revision);
  }

  /** {@code vxlan}, {@code flat} or {@code vlan}. */
  public String type() {
    return provider.map(wire -> wire.vlan().isPresent() ? "vlan" : "flat").orElse("vxlan");
  }

  /** What tells it from others of its type; empty for one that is flat. */
  public Optional<Integer> segmentationId() {
    return provider.isPresent() ? provider.flatMap(Provider::vlan) : Optional.of(vni);
  }
}
