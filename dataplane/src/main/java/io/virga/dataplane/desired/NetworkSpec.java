package io.virga.dataplane.desired;

import java.util.List;
import java.util.Optional;

/**
 * A network that has a port on this host, or to which a router leads from one that has.
 *
 * @param vni the VXLAN network identifier, 1 to 2^24 - 1, unique in the cloud; one with a provider
 *     segment has it too, and uses it within its hosts
 * @param mtu what guests are told by DHCP, 68 to 65535
 * @param provider the wire that it is on; absent if it goes over VXLAN
 * @param dnsDomain the domain of its ports' names, ends in a dot; absent: the agent's own
 */
public record NetworkSpec(
    String id,
    long generation,
    String projectId,
    int vni,
    int mtu,
    Optional<ProviderSegment> provider,
    Optional<String> dnsDomain,
    List<SubnetSpec> subnets)
    implements DesiredState {

  public NetworkSpec {
    subnets = List.copyOf(subnets);
  }

  /**
   * A wire of the hosts.
   *
   * @param physicalNetwork its name; each host says to which bridge it is mapped there
   * @param vlan the VLAN, 1 to 4094; absent if frames are untagged
   */
  public record ProviderSegment(String physicalNetwork, Optional<Integer> vlan) {}

  /**
   * A subnet of the network.
   *
   * @param cidr in canonical form, for example {@code 10.0.0.0/24}
   * @param dnsServers what DHCP gives as name servers
   * @param raMode how the network's router advertises an IPv6 subnet; absent: it does not
   * @param addressMode how guests get their addresses in an IPv6 subnet; absent: by themselves, or
   *     if the other is absent too, from DHCPv6 where that is on
   */
  public record SubnetSpec(
      String id,
      String cidr,
      Optional<String> gatewayIp,
      boolean dhcp,
      List<String> dnsServers,
      List<HostRoute> hostRoutes,
      Optional<Ipv6Mode> raMode,
      Optional<Ipv6Mode> addressMode) {

    public SubnetSpec {
      dnsServers = List.copyOf(dnsServers);
      hostRoutes = List.copyOf(hostRoutes);
    }
  }

  /** Neutron's words for who gives an IPv6 address and what goes with it. */
  public enum Ipv6Mode {
    SLAAC,
    DHCPV6_STATELESS,
    DHCPV6_STATEFUL
  }

  /** A static route that DHCP gives to guests (RFC 3442). */
  public record HostRoute(String destination, String nextHop) {}
}
