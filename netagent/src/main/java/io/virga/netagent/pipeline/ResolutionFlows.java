package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.Ipv6Prefix;
import java.util.stream.Stream;

/**
 * ARP and neighbour discovery for what control does not know. Addresses of ports are answered and
 * never asked for; only for those that control cannot know, which ports may have beside their own,
 * guests are asked.
 */
final class ResolutionFlows {

  private ResolutionFlows() {}

  static void compile(Segment segment, FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, segment.network().vni());
    segment.ports().stream()
        .flatMap(ResolutionFlows::unknown)
        .distinct()
        .flatMap(prefix -> about(prefix, segment))
        .forEach(
            message -> flows.next(key(Tables.SERVICES, 50, here.and(message)), Tables.FORWARD));
  }

  /** Questions and answers that are about an address of the prefix. */
  private static Stream<Match> about(IpPrefix prefix, Segment segment) {
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
      case Ipv6Prefix six when segment.hasIpv6() ->
          Stream.concat(
              Stream.of(Discovery.SOLICITATION, Discovery.ADVERTISEMENT)
                  .map(message -> message.with(OxmField.ND_TARGET, address, mask)),
              six.length() == 0 ? Discovery.OF_ROUTERS.stream() : Stream.empty());
      case Ipv6Prefix _ -> Stream.empty();
    };
  }

  /** Whether IPv6 addresses may be behind ports, or on a wire, that control does not know. */
  static boolean hasUnknown(Segment segment) {
    return segment.network().provider().isPresent()
        || segment.ports().stream()
            .flatMap(ResolutionFlows::unknown)
            .anyMatch(Ipv6Prefix.class::isInstance);
  }

  /** Addresses that may be behind the port though they are not its own; it may be a router too. */
  private static Stream<IpPrefix> unknown(PortSpec port) {
    return port.portSecurity()
        ? port.allowedAddressPairs().stream().flatMap(pair -> IpPrefix.parse(pair.cidr()).stream())
        : Stream.of(Ipv4Prefix.ALL, Ipv6Prefix.ALL);
  }
}
