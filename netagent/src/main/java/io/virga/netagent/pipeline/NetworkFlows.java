package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.ArrayList;
import java.util.List;

/** What a network offers to its ports: ARP answers, the gateway's echo, ways on. */
final class NetworkFlows {

  private static final int ICMP_ECHO_REQUEST = 8;
  private static final long ROUTER_MAC_PREFIX = 0xfa163f000000L;
  private static final int TTL = 64;

  private NetworkFlows() {}

  /** The MAC of a network's gateway, the same on every host. */
  static MacAddress routerMac(NetworkSpec network) {
    return new MacAddress(ROUTER_MAC_PREFIX | network.vni());
  }

  static void compile(NetworkSpec network, FlowSet flows) {
    long vni = network.vni();
    MacAddress router = routerMac(network);
    for (NetworkSpec.SubnetSpec subnet : network.subnets()) {
      subnet
          .gatewayIp()
          .filter(_ -> network.provider().isEmpty())
          .flatMap(Ipv4Address::parse)
          .ifPresent(
              gateway -> {
                answerArp(vni, gateway, router, flows);
                answerEcho(vni, gateway, router, flows);
              });
    }
    answerArp(vni, MetadataDoor.WELL_KNOWN, router, flows);
    Match here = Match.ANY.with(OxmField.METADATA, vni);
    Match ipv4 = Packets.IPV4.with(OxmField.METADATA, vni);
    flows.next(key(Tables.SERVICES, 10, ipv4), Tables.EGRESS);
    flows.next(key(Tables.ROUTER, 1, here), Tables.FORWARD);
  }

  static void answerArp(long vni, Ipv4Address address, MacAddress mac, FlowSet flows) {
    flows.end(
        key(
            Tables.SERVICES,
            100,
            Packets.ARP
                .with(OxmField.METADATA, vni)
                .with(OxmField.ARP_OP, 1)
                .with(OxmField.ARP_TPA, address.unsigned())),
        arpReply(mac, List.of(new Action.SetField(OxmField.ARP_SPA, address.unsigned()))));
  }

  /**
   * Turns an ARP request into its reply.
   *
   * @param claim sets the sender's protocol address, at a time when it has been copied away
   */
  static List<Action> arpReply(MacAddress mac, List<Action> claim) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST));
    actions.add(new Action.SetField(OxmField.ETH_SRC, mac.bits()));
    actions.add(new Action.SetField(OxmField.ARP_OP, 2));
    actions.add(new Action.CopyField(OxmField.ARP_SHA, OxmField.ARP_THA));
    actions.add(new Action.SetField(OxmField.ARP_SHA, mac.bits()));
    actions.add(new Action.CopyField(OxmField.ARP_TPA, Registers.SCRATCH));
    actions.add(new Action.CopyField(OxmField.ARP_SPA, OxmField.ARP_TPA));
    actions.addAll(claim);
    actions.add(new Action.Output(OpenFlow.PORT_IN_PORT));
    return actions;
  }

  private static void answerEcho(long vni, Ipv4Address gateway, MacAddress mac, FlowSet flows) {
    flows.end(
        key(
            Tables.ROUTER,
            100,
            Packets.IPV4
                .with(OxmField.METADATA, vni)
                .with(OxmField.ETH_DST, mac.bits())
                .with(OxmField.IPV4_DST, gateway.unsigned())
                .with(OxmField.IP_PROTO, Packets.ICMP)
                .with(OxmField.ICMPV4_TYPE, ICMP_ECHO_REQUEST)
                .with(OxmField.ICMPV4_CODE, 0)),
        List.of(
            new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST),
            new Action.SetField(OxmField.ETH_SRC, mac.bits()),
            new Action.CopyField(OxmField.IPV4_SRC, OxmField.IPV4_DST),
            new Action.SetField(OxmField.IPV4_SRC, gateway.unsigned()),
            new Action.SetField(OxmField.ICMPV4_TYPE, 0),
            new Action.SetField(OxmField.IP_TTL, TTL),
            new Action.Output(OpenFlow.PORT_IN_PORT)));
  }
}
