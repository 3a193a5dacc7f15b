package io.virga.control.network.model;

import io.virga.control.network.address.IpPrefix;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A subnet; addresses are text in canonical form.
 *
 * @param pools from where addresses are given out, ascending
 */
public record Subnet(
    UUID id,
    UUID networkId,
    String projectId,
    String name,
    String description,
    String cidr,
    Optional<String> gatewayIp,
    boolean enableDhcp,
    List<Pool> pools,
    List<String> dnsNameservers,
    List<HostRoute> hostRoutes,
    Ipv6Modes modes,
    Optional<UUID> subnetPoolId,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public Subnet {
    pools = List.copyOf(pools);
    dnsNameservers = List.copyOf(dnsNameservers);
    hostRoutes = List.copyOf(hostRoutes);
  }

  public IpPrefix prefix() {
    return IpPrefix.parse(cidr).orElseThrow();
  }

  /** First and last address, in the words of the API. */
  public record Pool(String start, String end) {}

  /** A static route, in the words of the API. */
  public record HostRoute(String destination, String nexthop) {}
}
