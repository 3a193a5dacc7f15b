package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.dns.ResolverAddress;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a port's packets come in and go out, and whom it may claim to be. Frames with a VLAN tag do
 * not come in: on a provider network they would get onto another's wire.
 */
final class PortFlows {

  private static final int ASKED_BYTES = 1500;

  private PortFlows() {}

  static void compile(LocalPort port, FlowSet flows) {
    long ofport = port.ofport();
    flows.next(
        key(
            Tables.CLASSIFY,
            100,
            Match.ANY.with(OxmField.IN_PORT, ofport).with(OxmField.VLAN_VID, 0)),
        List.of(
            new Action.SetField(Registers.SOURCE_PORT, ofport),
            new Action.SetField(Registers.ZONE, ofport),
            new Action.SetField(OxmField.METADATA, port.network().vni())),
        Tables.LIMITS);
    flows.next(
        key(
            Tables.FORWARD,
            100,
            Match.ANY
                .with(OxmField.METADATA, port.network().vni())
                .with(OxmField.ETH_DST, port.mac().bits())),
        List.of(
            new Action.SetField(Registers.TARGET_PORT, ofport),
            new Action.SetField(Registers.ZONE, ofport)),
        Tables.INGRESS);
    flows.drop(
        key(
            Tables.INGRESS,
            200,
            from(port)
                .with(Registers.TARGET_PORT, ofport)
                .with(OxmField.ETH_DST, FloodFlows.GROUP_BIT, FloodFlows.GROUP_BIT)));
    if (port.spec().portSecurity()) {
      compileAntiSpoofing(port, flows);
      if (port.families().contains(Family.IPV6)) {
        new Ipv6SourceFlows(port, flows).compile();
      }
    } else {
      flows.next(key(Tables.SPOOF, 90, from(port)), Tables.SERVICES);
    }
    compileServices(port, flows);
  }

  private static Match from(LocalPort port) {
    return Match.ANY.with(Registers.SOURCE_PORT, port.ofport());
  }

  private static Match from(LocalPort port, Match base) {
    return base.with(Registers.SOURCE_PORT, port.ofport());
  }

  private static void compileAntiSpoofing(LocalPort port, FlowSet flows) {
    for (Ipv4Address address : port.ipv4()) {
      allowSource(port, port.mac(), new Ipv4Prefix(address, 32), flows);
    }
    for (PortSpec.AddressPair pair : port.spec().allowedAddressPairs()) {
      Optional<Ipv4Prefix> prefix = Ipv4Prefix.parse(pair.cidr());
      MacAddress mac = MacAddress.parse(pair.mac()).orElse(port.mac());
      prefix.ifPresent(allowed -> allowSource(port, mac, allowed, flows));
    }
    flows.drop(key(Tables.SPOOF, 110, from(port, Packets.DHCP_ANSWER)));
    long mac = port.mac().bits();
    flows.next(
        key(
            Tables.SPOOF,
            100,
            from(port, Packets.DHCP_REQUEST)
                .with(OxmField.ETH_SRC, mac)
                .with(OxmField.IPV4_SRC, 0)
                .with(OxmField.IPV4_DST, Ipv4Address.BROADCAST.unsigned())),
        Tables.SERVICES);
    flows.next(
        key(
            Tables.SPOOF,
            100,
            from(port, Packets.ARP)
                .with(OxmField.ETH_SRC, mac)
                .with(OxmField.ARP_SHA, mac)
                .with(OxmField.ARP_SPA, 0)),
        Tables.SERVICES);
  }

  private static void allowSource(
      LocalPort port, MacAddress mac, Ipv4Prefix source, FlowSet flows) {
    long address = source.address().unsigned();
    long mask = source.mask().unsigned();
    flows.next(
        key(
            Tables.SPOOF,
            100,
            from(port, Packets.IPV4)
                .with(OxmField.ETH_SRC, mac.bits())
                .with(OxmField.IPV4_SRC, address, mask)),
        Tables.SERVICES);
    flows.next(
        key(
            Tables.SPOOF,
            100,
            from(port, Packets.ARP)
                .with(OxmField.ETH_SRC, mac.bits())
                .with(OxmField.ARP_SHA, mac.bits())
                .with(OxmField.ARP_SPA, address, mask)),
        Tables.SERVICES);
  }

  private static void ask(LocalPort port, Match request, int meter, int reason, FlowSet flows) {
    flows.end(
        key(Tables.SERVICES, 100, from(port, request)),
        List.of(
            new Action.Meter(meter),
            new Action.Controller(
                ASKED_BYTES, 0, PacketInReason.userdata(reason), Optional.empty())));
  }

  /** DHCP and DNS go to the agent; a guest that probes for its own address hears nothing. */
  private static void compileServices(LocalPort port, FlowSet flows) {
    int dhcp = Meters.dhcp(port.ofport());
    port.dhcpSubnets()
        .map(subnet -> subnet.cidr().contains(":"))
        .distinct()
        .map(ipv6 -> ipv6 ? Packets.DHCPV6_REQUEST : Packets.DHCP_REQUEST)
        .forEach(request -> ask(port, request, dhcp, PacketInReason.DHCP, flows));
    for (Family family : port.families()) {
      Match request =
          Family.to(
              family
                  .packets()
                  .with(OxmField.IP_PROTO, Packets.UDP)
                  .with(OxmField.UDP_DST, ResolverAddress.DNS_PORT),
              MetadataFlows.wellKnown(family));
      ask(port, request, Meters.dns(port.ofport()), PacketInReason.DNS, flows);
    }
    if (port.families().contains(Family.IPV6)) {
      ask(port, Discovery.ROUTER_SOLICITATION, dhcp, PacketInReason.ROUTER_WANTED, flows);
      DiscoveryFlows.compile(port, flows);
    }
    for (Ipv4Address address : port.ipv4()) {
      flows.drop(
          key(
              Tables.SERVICES,
              110,
              from(port, Packets.ARP)
                  .with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                  .with(OxmField.ARP_TPA, address.unsigned())));
    }
  }
}
