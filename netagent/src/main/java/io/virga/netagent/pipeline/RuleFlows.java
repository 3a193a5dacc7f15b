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
 *
 * <p>Whoever began a connection is judged with every packet. When no rule lets it pass any more,
 * the connection is marked, and its answers go no further either; a rule that lets it pass again
 * takes the mark away. The tracker must not forget such a connection instead: it would take the
 * next answer for the beginning of another one, which the rules of the other direction may well
 * allow.
 */
final class RuleFlows {

  /** In {@code ct_mark}: no rule lets the connection pass any more. */
  private static final long REVOKED = 1;

  private static final int WHOSE_PACKET = OpenFlow.CT_REPLY | OpenFlow.CT_RELATED;

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

  /**
   * What becomes of connections that a rule lets pass: new ones are remembered, and none is revoked
   * any more.
   */
  static void compilePassed(FlowSet flows) {
    for (Side side : List.of(Side.EGRESS, Side.INGRESS)) {
      for (Family family : Family.values()) {
        Match isNew = Packets.tracked(family.packets(), OpenFlow.CT_NEW, OpenFlow.CT_NEW);
        flows.next(key(side.passedTable(), 100, isNew), List.of(remember(0)), side.nextTable());
        flows.next(
            key(side.passedTable(), 90, family.packets().with(OxmField.CT_MARK, REVOKED)),
            List.of(remember(0)),
            side.nextTable());
      }
      flows.next(key(side.passedTable(), 10, Match.ANY), side.nextTable());
    }
  }

  /**
   * One direction: where it is tracked, judged, where connections that a rule lets pass go through,
   * and where what passes goes on.
   */
  private record Side(
      int trackTable, int ruleTable, int passedTable, int nextTable, OxmField portRegister) {

    static final Side EGRESS =
        new Side(
            Tables.EGRESS,
            Tables.EGRESS_RULES,
            Tables.EGRESS_PASSED,
            Tables.ROUTER,
            Registers.SOURCE_PORT);
    static final Side INGRESS =
        new Side(
            Tables.INGRESS,
            Tables.INGRESS_RULES,
            Tables.INGRESS_PASSED,
            Tables.DELIVER,
            Registers.TARGET_PORT);

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
    flows.end(key(side.trackTable(), 100, packets), List.of(track(side.ruleTable())));
    flows.drop(key(side.ruleTable(), 200, Packets.invalid(packets)));
    Match granted = packets.with(OxmField.CT_MARK, 0);
    for (int answers : List.of(OpenFlow.CT_REPLY, OpenFlow.CT_RELATED)) {
      flows.next(
          key(side.ruleTable(), 150, Packets.tracked(granted, answers, answers)), side.nextTable());
    }
    flows.end(
        key(
            side.ruleTable(),
            50,
            Packets.tracked(
                granted, OpenFlow.CT_ESTABLISHED, OpenFlow.CT_ESTABLISHED | WHOSE_PACKET)),
        List.of(remember(REVOKED)));
  }

  private static Action track(int recircTable) {
    return new Action.ConnectionTrack(
        false, false, new Action.Zone.FromField(Registers.ZONE), recircTable, List.of());
  }

  private static Action remember(long mark) {
    return new Action.ConnectionTrack(
        true,
        false,
        new Action.Zone.FromField(Registers.ZONE),
        Action.ConnectionTrack.NOWHERE,
        List.of(new Action.SetField(OxmField.CT_MARK, mark)));
  }

  private static void compileRule(
      Judged port, SecurityGroupSpec.Rule rule, List<IpPrefix> remotes, FlowSet flows) {
    Family family = family(rule);
    if (!port.secured() || !port.families().contains(family)) {
      return;
    }
    Side side = Side.of(rule.direction());
    Match packets = side.at(port, family.packets());
    Match judged = port.tracked() ? Packets.tracked(packets, 0, WHOSE_PACKET) : packets;
    int passed = port.tracked() ? side.passedTable() : side.nextTable();
    for (Match transport : TransportMatches.of(rule, judged)) {
      for (IpPrefix remote : remotes) {
        Match passes =
            side == Side.EGRESS ? Family.to(transport, remote) : Family.from(transport, remote);
        flows.next(key(side.ruleTable(), 100, passes), passed);
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
