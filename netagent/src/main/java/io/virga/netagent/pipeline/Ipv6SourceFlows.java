package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a port may claim to be in IPv6. In neighbour discovery the MAC and the address that it
 * speaks of must be its own too; no guest passes for a router or for a DHCPv6 server.
 */
final class Ipv6SourceFlows {

  private static final MacAddress NO_OPTION = new MacAddress(0);

  private final LocalPort port;
  private final FlowSet flows;

  Ipv6SourceFlows(LocalPort port, FlowSet flows) {
    this.port = port;
    this.flows = flows;
  }

  void compile() {
    for (Ipv6Address address : port.ipv6()) {
      allow(port.mac(), new Ipv6Prefix(address, 128));
    }
    for (PortSpec.AddressPair pair : port.spec().allowedAddressPairs()) {
      MacAddress mac = MacAddress.parse(pair.mac()).orElse(port.mac());
      Optional<Ipv6Prefix> prefix = Ipv6Prefix.parse(pair.cidr());
      prefix.ifPresent(allowed -> allow(mac, allowed));
    }
    Stream.of(Discovery.ROUTER_ADVERTISEMENT, Discovery.REDIRECT, Packets.DHCPV6_ANSWER)
        .forEach(message -> drop(110, message));
    Stream.of(Discovery.ANY_SOLICITATION, Discovery.ANY_ADVERTISEMENT)
        .forEach(message -> drop(106, message));
    Ipv6Prefix none = new Ipv6Prefix(Ipv6Address.UNSPECIFIED, 128);
    Match solicitation = Discovery.SOLICITATION.with(OxmField.ND_SLL, NO_OPTION.bits());
    Stream.of(
            Stream.of(solicitation, Discovery.ROUTER_SOLICITATION), Discovery.OF_LISTENERS.stream())
        .flatMap(messages -> messages)
        .forEach(message -> pass(107, port.mac(), Family.from(message, none)));
  }

  private void allow(MacAddress mac, Ipv6Prefix source) {
    pass(100, mac, Family.from(Packets.IPV6, source));
    for (MacAddress told : List.of(mac, NO_OPTION)) {
      pass(
          107, mac, Family.from(Discovery.SOLICITATION, source).with(OxmField.ND_SLL, told.bits()));
      pass(
          107,
          mac,
          Discovery.ADVERTISEMENT
              .with(OxmField.ND_TARGET, source.address().octets(), source.mask().octets())
              .with(OxmField.ND_TLL, told.bits()));
    }
  }

  private void pass(int priority, MacAddress mac, Match match) {
    flows.next(
        key(Tables.SPOOF, priority, from(match).with(OxmField.ETH_SRC, mac.bits())),
        Tables.SERVICES);
  }

  private void drop(int priority, Match match) {
    flows.drop(key(Tables.SPOOF, priority, from(match)));
  }

  private Match from(Match match) {
    return match.with(Registers.SOURCE_PORT, port.ofport());
  }
}
