package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.pipeline.GroupMembers.Lot;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a port here sends and receives.
 *
 * @param rules of all its groups
 * @param members by each rule that names a group, who is in that
 */
record PortPiece(
    LocalPort port,
    Optional<MetadataDoor> door,
    RuleFlows.Judged judged,
    List<SecurityGroupSpec.Rule> rules,
    Map<SecurityGroupSpec.Rule, Map<Lot, List<IpPrefix>>> members)
    implements Piece {

  PortPiece {
    rules = List.copyOf(rules);
    members = Map.copyOf(members);
  }

  static PortPiece of(LocalPort port, HostView view, GroupMembers all) {
    List<SecurityGroupSpec> groups =
        port.spec().securityGroupIds().stream()
            .flatMap(id -> Stream.ofNullable(view.topology().groups().get(id)))
            .toList();
    List<SecurityGroupSpec.Rule> rules = new ArrayList<>();
    Map<SecurityGroupSpec.Rule, Map<Lot, List<IpPrefix>>> members = new HashMap<>();
    for (SecurityGroupSpec group : groups) {
      for (SecurityGroupSpec.Rule rule : group.rules()) {
        rules.add(rule);
        rule.remoteGroupId().ifPresent(id -> members.put(rule, all.of(id)));
      }
    }
    return new PortPiece(port, view.metadata(), RuleFlows.Judged.of(port, groups), rules, members);
  }

  @Override
  public Map<?, ? extends Part> parts() {
    Map<Object, Part> parts = new HashMap<>();
    parts.put("port", new Itself(port, door));
    parts.put("rules", new RuleFlows.Own(judged, rules));
    members.forEach(
        (rule, lots) ->
            lots.forEach(
                (lot, some) -> {
                  if (lot.family() == RuleFlows.family(rule)) {
                    parts.put(
                        new MembersOf(rule, lot), new RuleFlows.OfMembers(judged, rule, some));
                  }
                }));
    return parts;
  }

  @Override
  public List<MeterConfig> meters() {
    return Meters.of(port);
  }

  private record MembersOf(SecurityGroupSpec.Rule rule, Lot lot) {}

  private record Itself(LocalPort port, Optional<MetadataDoor> door) implements Part {

    @Override
    public void compile(FlowSet flows) {
      PortFlows.compile(port, flows);
      LimitFlows.compile(port, flows);
      AgentFlows.compile(port, flows);
      door.ifPresent(to -> MetadataFlows.compile(port, to, flows));
    }
  }
}
