package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Neighbour discovery on a network: who asks for an address that is known is answered on the host,
 * and a machine that looks whether its own address is free hears nothing. Only for addresses that
 * control cannot know, and into wires, messages go on; all others end here.
 */
final class DiscoveryFlows {

  private static final long IS_ROUTER = 0x80000000L;
  private static final long SOLICITED_AND_OVERRIDES = 0x60000000L;
  private static final int ADVERTISEMENT = 136;
  private static final int TARGETS_MAC = 2;
  private static final int ON_THE_LINK = 255;

  private DiscoveryFlows() {}

  /**
   * The MAC of an answer; it can be set when the packet is known to be an answer, and not before.
   */
  static void compileAnswers(FlowSet flows) {
    flows.end(
        key(Tables.ANSWER, 100, Discovery.ADVERTISEMENT),
        List.of(
            new Action.CopyField(OxmField.ETH_SRC, OxmField.ND_TLL),
            new Action.Output(OpenFlow.PORT_IN_PORT)));
    flows.end(
        key(
            Tables.ANSWER,
            110,
            Discovery.ADVERTISEMENT.with(
                Registers.ORIGIN, Registers.FROM_WIRE, Registers.FROM_WIRE)),
        Stream.concat(
                Stream.of(new Action.CopyField(OxmField.ETH_SRC, OxmField.ND_TLL)),
                Packets.sendBack().stream())
            .toList());
  }

  /**
   * What is done where nothing is known of the address.
   *
   * @param unknown addresses that ports of the network may have beside their own
   */
  static void compile(NetworkSpec network, Set<IpPrefix> unknown, FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, network.vni());
    Match probe =
        here.and(Discovery.SOLICITATION).with(OxmField.IPV6_SRC, Ipv6Address.UNSPECIFIED.octets());
    if (network.provider().isPresent() || unknown.stream().anyMatch(Ipv6Prefix.class::isInstance)) {
      flows.next(key(Tables.SERVICES, 105, probe), Tables.FORWARD);
    } else {
      flows.drop(key(Tables.SERVICES, 105, probe));
    }
    Discovery.ALL.forEach(message -> flows.drop(key(Tables.SERVICES, 15, here.and(message))));
    flows.next(key(Tables.SERVICES, 10, here.and(Packets.IPV6)), Tables.EGRESS);
  }

  /**
   * Answers who asks for a neighbour.
   *
   * @param router whether that is one
   */
  static void answer(long vni, Ipv6Address address, MacAddress mac, boolean router, FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, vni);
    flows.next(
        key(
            Tables.SERVICES,
            100,
            here.and(Discovery.SOLICITATION).with(OxmField.ND_TARGET, address.octets())),
        answer(mac, new Action.SetField(OxmField.IPV6_SRC, address.octets()), router),
        Tables.ANSWER);
  }

  /**
   * Turns a solicitation into its answer, but for the MAC in it.
   *
   * @param claim sets the address from which it comes
   */
  static List<Action> answer(MacAddress mac, Action claim, boolean router) {
    return List.of(
        new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST),
        new Action.SetField(OxmField.ETH_SRC, mac.bits()),
        new Action.CopyField(OxmField.IPV6_SRC, OxmField.IPV6_DST),
        claim,
        new Action.SetField(OxmField.IP_TTL, ON_THE_LINK),
        new Action.SetField(OxmField.ICMPV6_TYPE, ADVERTISEMENT),
        new Action.SetField(
            OxmField.ND_RESERVED, SOLICITED_AND_OVERRIDES | (router ? IS_ROUTER : 0)),
        new Action.SetField(OxmField.ND_OPTIONS_TYPE, TARGETS_MAC));
  }

  /** What a port hears and says of the link, whatever its security groups are. */
  static void compile(LocalPort port, FlowSet flows) {
    Match from = Match.ANY.with(Registers.SOURCE_PORT, port.ofport());
    for (Ipv6Address own : port.ipv6()) {
      flows.drop(
          key(
              Tables.SERVICES,
              110,
              from.and(Discovery.SOLICITATION).with(OxmField.ND_TARGET, own.octets())));
    }
    Match to = Match.ANY.with(Registers.TARGET_PORT, port.ofport());
    Discovery.ALL.forEach(
        message -> flows.next(key(Tables.INGRESS, 110, to.and(message)), Tables.DELIVER));
  }
}
