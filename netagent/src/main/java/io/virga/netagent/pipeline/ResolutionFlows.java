package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.Ipv6Prefix;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * ARP and neighbour discovery for what control does not know. Addresses of ports are answered and
 * never asked for; only for those that control cannot know, which ports may have beside their own,
 * guests are asked.
 */
final class ResolutionFlows {

  private ResolutionFlows() {}

  static void compile(NetworkSpec network, Set<IpPrefix> unknown, FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, network.vni());
    unknown.stream()
        .flatMap(prefix -> about(prefix, Segment.hasIpv6(network)))
        .forEach(
            message -> flows.next(key(Tables.SERVICES, 50, here.and(message)), Tables.FORWARD));
  }

  /** Questions and answers that are about an address of the prefix. */
  private static Stream<Match> about(IpPrefix prefix, boolean ipv6) {
    Octets address = prefix.address().octets();
    Octets mask = prefix.mask().octets();
    return switch (prefix) {
      case Ipv4Prefix _ ->
          Stream.of(
              Packets.ARP
                  .with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                  .with(OxmField.ARP_TPA, address, mask),
              Packets.ARP
                  .with(OxmField.ARP_OP, Packets.ARP_REPLY)
                  .with(OxmField.ARP_SPA, address, mask));
      case Ipv6Prefix six when ipv6 ->
          Stream.concat(
              Stream.of(Discovery.SOLICITATION, Discovery.ADVERTISEMENT)
                  .map(message -> message.with(OxmField.ND_TARGET, address, mask)),
              six.length() == 0 ? Discovery.OF_ROUTERS.stream() : Stream.empty());
      case Ipv6Prefix _ -> Stream.empty();
    };
  }

  /** Addresses that may be behind ports though they are nobody's own. */
  static Set<IpPrefix> unknown(Segment segment) {
    return segment.ports().stream().flatMap(ResolutionFlows::unknown).collect(Collectors.toSet());
  }

  /** Addresses that may be behind the port though they are not its own; it may be a router too. */
  private static Stream<IpPrefix> unknown(PortSpec port) {
    return port.portSecurity()
        ? port.allowedAddressPairs().stream().flatMap(pair -> IpPrefix.parse(pair.cidr()).stream())
        : Stream.of(Ipv4Prefix.ALL, Ipv6Prefix.ALL);
  }
}
