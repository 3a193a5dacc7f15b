package io.virga.netagent.dhcp;

import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a port is told of its network.
 *
 * @param server who answers: the gateway's address, or 169.254.169.254 where there is none
 * @param serverMac from which the answer comes
 * @param routes beside the default route
 */
public record Lease(
    MacAddress mac,
    Ipv4Address address,
    Ipv4Prefix subnet,
    Ipv4Address server,
    MacAddress serverMac,
    Options options) {

  /**
   * What is configured beside the address.
   *
   * @param own the port's, beside the rest or instead of it; later ones win
   */
  public record Options(
      Optional<Ipv4Address> gateway,
      List<Ipv4Address> dnsServers,
      List<Route> routes,
      int mtu,
      String hostname,
      Duration time,
      List<NamedOptions.Encoded> own) {

    public Options {
      dnsServers = List.copyOf(dnsServers);
      routes = List.copyOf(routes);
      own = List.copyOf(own);
    }
  }

  /** A static route; a next hop of 0.0.0.0 says that the destination is on the link. */
  public record Route(Ipv4Prefix destination, Ipv4Address nextHop) {}
}
