package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.SecurityGroupSpec.EtherType;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpPrefix;
import java.util.List;

/**
 * A port's security groups: nothing passes that no rule lets pass. Connections are tracked, so that
 * answers pass as well, unless all of the port's groups are stateless.
 */
final class RuleFlows {

  private RuleFlows() {}

  /**
   * A port whose packets are judged.
   *
   * @param secured whether there is anything to judge
   * @param tracked whether connections are
   */
  record Judged(int ofport, List<Family> families, boolean secured, boolean tracked) {

    Judged {
      families = List.copyOf(families);
    }

    static Judged of(LocalPort port, List<SecurityGroupSpec> groups) {
      return new Judged(
          port.ofport(),
          port.families(),
          port.spec().portSecurity(),
          groups.isEmpty() || !groups.stream().allMatch(SecurityGroupSpec::stateless));
    }
  }

  /**
   * How a port's packets come to be judged, and the rules that name no group.
   *
   * @param rules in any order; those that name a group are left out
   */
  record Own(Judged port, List<SecurityGroupSpec.Rule> rules) implements Piece.Part {

    Own {
      rules = List.copyOf(rules);
    }

    @Override
    public void compile(FlowSet flows) {
      for (Side side : List.of(Side.EGRESS, Side.INGRESS)) {
        if (port.secured()) {
          port.families().forEach(family -> track(port, side, family, flows));
        } else {
          flows.next(key(side.trackTable(), 100, side.at(port, Match.ANY)), side.nextTable());
        }
      }
      flows.next(
          key(Tables.INGRESS, 90, Packets.ARP.with(Registers.TARGET_PORT, port.ofport())),
          Tables.DELIVER);
      for (SecurityGroupSpec.Rule rule : rules) {
        if (rule.remoteGroupId().isEmpty()) {
          compileRule(port, rule, remotes(rule), flows);
        }
      }
    }
  }

  /** A rule that names a group, for some of the group's members. */
  record OfMembers(Judged port, SecurityGroupSpec.Rule rule, List<IpPrefix> members)
      implements Piece.Part {

    OfMembers {
      members = List.copyOf(members);
    }

    @Override
    public void compile(FlowSet flows) {
      compileRule(port, rule, members, flows);
    }
  }

  /** One direction: where it is tracked, judged, and where what passes goes on. */
  private record Side(int trackTable, int ruleTable, int nextTable, OxmField portRegister) {

    static final Side EGRESS =
        new Side(Tables.EGRESS, Tables.EGRESS_RULES, Tables.ROUTER, Registers.SOURCE_PORT);
    static final Side INGRESS =
        new Side(Tables.INGRESS, Tables.INGRESS_RULES, Tables.DELIVER, Registers.TARGET_PORT);

    static Side of(Direction direction) {
      return direction == Direction.EGRESS ? EGRESS : INGRESS;
    }

    Match at(Judged port, Match base) {
      return base.with(portRegister, port.ofport());
    }
  }

  private static void track(Judged port, Side side, Family family, FlowSet flows) {
    Match packets = side.at(port, family.packets());
    if (!port.tracked()) {
      flows.next(key(side.trackTable(), 100, packets), side.ruleTable());
      return;
    }
    flows.end(key(side.trackTable(), 100, packets), List.of(track(false, side.ruleTable())));
    flows.drop(key(side.ruleTable(), 200, Packets.invalid(packets)));
    flows.next(
        key(
            side.ruleTable(),
            150,
            Packets.tracked(packets, OpenFlow.CT_ESTABLISHED, OpenFlow.CT_ESTABLISHED)),
        side.nextTable());
    flows.next(
        key(
            side.ruleTable(),
            150,
            Packets.tracked(packets, OpenFlow.CT_RELATED, OpenFlow.CT_RELATED)),
        side.nextTable());
  }

  private static Action track(boolean commit, int recircTable) {
    return new Action.ConnectionTrack(
        commit, false, new Action.Zone.FromField(Registers.ZONE), recircTable, List.of());
  }

  private static void compileRule(
      Judged port, SecurityGroupSpec.Rule rule, List<IpPrefix> remotes, FlowSet flows) {
    Family family = family(rule);
    if (!port.secured() || !port.families().contains(family)) {
      return;
    }
    Side side = Side.of(rule.direction());
    Match packets = side.at(port, family.packets());
    Match judged =
        port.tracked() ? Packets.tracked(packets, OpenFlow.CT_NEW, OpenFlow.CT_NEW) : packets;
    List<Action> actions = port.tracked() ? List.of(track(true, 0xff)) : List.of();
    for (Match transport : TransportMatches.of(rule, judged)) {
      for (IpPrefix remote : remotes) {
        Match passes =
            side == Side.EGRESS ? Family.to(transport, remote) : Family.from(transport, remote);
        flows.next(key(side.ruleTable(), 100, passes), actions, side.nextTable());
      }
    }
  }

  /** Where the other side may be. */
  private static List<IpPrefix> remotes(SecurityGroupSpec.Rule rule) {
    String text = rule.remoteCidr().orElse(family(rule) == Family.IPV4 ? "0.0.0.0/0" : "::/0");
    return IpPrefix.parse(text).stream()
        .filter(prefix -> Family.of(prefix.address()) == family(rule))
        .toList();
  }

  static Family family(SecurityGroupSpec.Rule rule) {
    return rule.etherType() == EtherType.IPV4 ? Family.IPV4 : Family.IPV6;
  }
}
