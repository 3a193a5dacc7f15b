package io.virga.netagent.dhcpv6;

import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a port is told of its network.
 *
 * @param server the MAC from which it is told; the address is that of the link
 * @param addresses the port's own; none where machines make theirs
 * @param onLink what addresses are good on the link
 * @param domain of its name
 */
public record Dhcpv6Lease(
    MacAddress server,
    List<Ipv6Address> addresses,
    List<Ipv6Prefix> onLink,
    List<Ipv6Address> dnsServers,
    Optional<String> domain,
    Duration time) {

  public Dhcpv6Lease {
    addresses = List.copyOf(addresses);
    onLink = List.copyOf(onLink);
    dnsServers = List.copyOf(dnsServers);
  }
}
