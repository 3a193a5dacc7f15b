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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A port's security groups: nothing passes that no rule lets pass. Connections are tracked, so that
 * answers pass as well, unless all of the port's groups are stateless.
 */
final class RuleFlows {

  private final HostView view;
  private final FlowSet flows;

  RuleFlows(HostView view, FlowSet flows) {
    this.view = view;
    this.flows = flows;
  }

  void compile(LocalPort port) {
    Side egress =
        new Side(
            Direction.EGRESS,
            Tables.EGRESS,
            Tables.EGRESS_RULES,
            Tables.ROUTER,
            Registers.SOURCE_PORT);
    Side ingress =
        new Side(
            Direction.INGRESS,
            Tables.INGRESS,
            Tables.INGRESS_RULES,
            Tables.DELIVER,
            Registers.TARGET_PORT);
    for (Side side : List.of(egress, ingress)) {
      if (port.spec().portSecurity()) {
        port.families().forEach(family -> compile(port, side, family));
      } else {
        flows.next(key(side.trackTable(), 100, side.at(port, Match.ANY)), side.nextTable());
      }
    }
    flows.next(
        key(Tables.INGRESS, 90, Packets.ARP.with(Registers.TARGET_PORT, port.ofport())),
        Tables.DELIVER);
  }

  /** One direction: where it is tracked, judged, and where what passes goes on. */
  private record Side(
      Direction direction, int trackTable, int ruleTable, int nextTable, OxmField portRegister) {

    Match at(LocalPort port, Match base) {
      return base.with(portRegister, port.ofport());
    }

    Match remote(Match match, IpPrefix other) {
      return direction == Direction.EGRESS ? Family.to(match, other) : Family.from(match, other);
    }
  }

  private void compile(LocalPort port, Side side, Family family) {
    List<SecurityGroupSpec> groups = groups(port);
    Match packets = side.at(port, family.packets());
    if (!groups.isEmpty() && groups.stream().allMatch(SecurityGroupSpec::stateless)) {
      flows.next(key(side.trackTable(), 100, packets), side.ruleTable());
      rules(groups, side, family).forEach(rule -> compileRule(rule, packets, List.of(), side));
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
    Match fresh = Packets.tracked(packets, OpenFlow.CT_NEW, OpenFlow.CT_NEW);
    List<Action> remember = List.of(track(true, 0xff));
    rules(groups, side, family).forEach(rule -> compileRule(rule, fresh, remember, side));
  }

  private List<SecurityGroupSpec> groups(LocalPort port) {
    return port.spec().securityGroupIds().stream()
        .flatMap(id -> Stream.ofNullable(view.topology().groups().get(id)))
        .toList();
  }

  private static Stream<SecurityGroupSpec.Rule> rules(
      List<SecurityGroupSpec> groups, Side side, Family family) {
    return groups.stream()
        .flatMap(group -> group.rules().stream())
        .filter(rule -> rule.direction() == side.direction())
        .filter(rule -> family(rule) == family);
  }

  private static Action track(boolean commit, int recircTable) {
    return new Action.ConnectionTrack(
        commit, false, new Action.Zone.FromField(Registers.ZONE), recircTable, List.of());
  }

  private void compileRule(
      SecurityGroupSpec.Rule rule, Match judged, List<Action> actions, Side side) {
    List<IpPrefix> remotes = remotes(rule);
    for (Match transport : TransportMatches.of(rule, judged)) {
      for (IpPrefix remote : remotes) {
        flows.next(
            key(side.ruleTable(), 100, side.remote(transport, remote)), actions, side.nextTable());
      }
    }
  }

  /** Where the other side may be; a rule that names what is not known lets nothing pass. */
  private List<IpPrefix> remotes(SecurityGroupSpec.Rule rule) {
    List<String> texts =
        rule.remoteGroupId()
            .map(
                id ->
                    Optional.ofNullable(view.topology().groups().get(id)).stream()
                        .flatMap(group -> group.memberAddresses().stream())
                        .toList())
            .or(() -> rule.remoteCidr().map(List::of))
            .orElse(List.of(family(rule) == Family.IPV4 ? "0.0.0.0/0" : "::/0"));
    return texts.stream()
        .flatMap(text -> IpPrefix.parse(text).stream())
        .filter(prefix -> Family.of(prefix.address()) == family(rule))
        .toList();
  }

  private static Family family(SecurityGroupSpec.Rule rule) {
    return rule.etherType() == EtherType.IPV4 ? Family.IPV4 : Family.IPV6;
  }
}
