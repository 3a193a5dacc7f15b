package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a network offers to its ports beside what is said of each neighbour: the gateway that the
 * host is where nobody else is it, and ways on.
 *
 * @param gateways addresses of subnets' gateways that nobody has
 * @param routed whether a router is on it
 * @param onWire whether machines may be on it of which control does not know
 * @param unknown addresses that its ports may have beside their own
 * @param metadata the families in which its ports here ask for metadata
 */
record NetworkFlows(
    NetworkSpec network,
    Set<Ipv4Address> gateways,
    boolean routed,
    boolean onWire,
    Set<IpPrefix> unknown,
    WaysOut ways,
    Set<Family> metadata)
    implements Piece.Part {

  private static final long ROUTER_MAC_PREFIX = 0xfa163f000000L;

  NetworkFlows {
    gateways = Set.copyOf(gateways);
    unknown = Set.copyOf(unknown);
    metadata = Set.copyOf(metadata);
  }

  /** The MAC of a network's gateway where no router or port is it; the same on every host. */
  static MacAddress routerMac(NetworkSpec network) {
    return new MacAddress(ROUTER_MAC_PREFIX | network.vni());
  }

  static NetworkFlows of(Segment segment, Neighbours neighbours, HostView view) {
    NetworkSpec network = segment.network();
    return new NetworkFlows(
        network,
        network.provider().isPresent() ? Set.of() : nobodys(network, neighbours),
        neighbours.routed(),
        view.hasWire(network),
        ResolutionFlows.unknown(segment),
        WaysOut.of(network, view.uplinks()),
        view.metadata().map(door -> MetadataFlows.families(segment, door)).orElse(Set.of()));
  }

  private static Set<Ipv4Address> nobodys(NetworkSpec network, Neighbours neighbours) {
    return network.subnets().stream()
        .flatMap(subnet -> subnet.gatewayIp().flatMap(Ipv4Address::parse).stream())
        .filter(gateway -> !neighbours.macs().containsKey(gateway))
        .collect(Collectors.toSet());
  }

  @Override
  public void compile(FlowSet flows) {
    long vni = network.vni();
    MacAddress router = routerMac(network);
    for (Ipv4Address gateway : gateways) {
      answerArp(vni, gateway, router, flows);
      answerEcho(vni, gateway, router, flows);
    }
    answerArp(vni, MetadataDoor.WELL_KNOWN, router, flows);
    Match here = Match.ANY.with(OxmField.METADATA, vni);
    Match ipv4 = Packets.IPV4.with(OxmField.METADATA, vni);
    flows.next(key(Tables.SERVICES, 10, ipv4), Tables.EGRESS);
    flows.next(key(Tables.ROUTER, 1, here), Tables.FORWARD);
    if (Segment.hasIpv6(network)) {
      DiscoveryFlows.compile(network, unknown, flows);
    }
    if (routed) {
      NextHopFlows.compileUnknown(network, onWire, flows);
    }
    ResolutionFlows.compile(network, unknown, flows);
    ways.compile(network, flows);
    metadata.forEach(family -> MetadataFlows.compile(network, family, flows));
  }

  static void answerArp(long vni, Ipv4Address address, MacAddress mac, FlowSet flows) {
    flows.end(
        key(
            Tables.SERVICES,
            100,
            Packets.ARP
                .with(OxmField.METADATA, vni)
                .with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                .with(OxmField.ARP_TPA, address.unsigned())),
        arpReply(
            mac,
            List.of(new Action.SetField(OxmField.ARP_SPA, address.unsigned())),
            List.of(new Action.Output(OpenFlow.PORT_IN_PORT))));
  }

  /**
   * Turns an ARP request into its reply.
   *
   * @param claim sets the sender's protocol address, at a time when it has been copied away
   * @param back sends it
   */
  static List<Action> arpReply(MacAddress mac, List<Action> claim, List<Action> back) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST));
    actions.add(new Action.SetField(OxmField.ETH_SRC, mac.bits()));
    actions.add(new Action.SetField(OxmField.ARP_OP, Packets.ARP_REPLY));
    actions.add(new Action.CopyField(OxmField.ARP_SHA, OxmField.ARP_THA));
    actions.add(new Action.SetField(OxmField.ARP_SHA, mac.bits()));
    actions.add(new Action.CopyField(OxmField.ARP_TPA, Registers.SCRATCH));
    actions.add(new Action.CopyField(OxmField.ARP_SPA, OxmField.ARP_TPA));
    actions.addAll(claim);
    actions.addAll(back);
    return actions;
  }

  private static void answerEcho(long vni, Ipv4Address gateway, MacAddress mac, FlowSet flows) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST));
    actions.add(new Action.SetField(OxmField.ETH_SRC, mac.bits()));
    actions.addAll(Family.echoReply(gateway));
    actions.add(new Action.Output(OpenFlow.PORT_IN_PORT));
    flows.end(
        key(
            Tables.ROUTER,
            100,
            Family.IPV4.echo(
                Packets.IPV4
                    .with(OxmField.METADATA, vni)
                    .with(OxmField.ETH_DST, mac.bits())
                    .with(OxmField.IPV4_DST, gateway.unsigned()))),
        actions);
  }
}
