package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortQos;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.openflow.OxmField;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a port may do at most, and how what it sends is marked. What it sends counts as it comes in,
 * whatever becomes of it; what it receives counts when all else has let it pass. What the host
 * itself answers (ARP, DHCP, metadata) is not counted as received.
 */
final class LimitFlows {

  private LimitFlows() {}

  static void compile(LocalPort port, FlowSet flows) {
    Match sent = Match.ANY.with(Registers.SOURCE_PORT, port.ofport());
    List<Action> counted = through(PortLimits.egress(port));
    flows.next(key(Tables.LIMITS, 100, sent), counted, Tables.SPOOF);
    port.spec()
        .qos()
        .flatMap(PortQos::dscp)
        .ifPresent(mark -> mark(port.ofport(), mark, counted, flows));
    List<Action> received = new ArrayList<>(through(PortLimits.ingress(port)));
    received.add(new Action.Output(port.ofport()));
    flows.end(
        key(Tables.DELIVER, 100, Match.ANY.with(Registers.TARGET_PORT, port.ofport())), received);
  }

  private static void mark(int ofport, int mark, List<Action> counted, FlowSet flows) {
    List<Action> actions = new ArrayList<>(counted);
    actions.add(new Action.SetField(OxmField.IP_DSCP, mark));
    Stream.of(Packets.IPV4, Packets.IPV6)
        .map(family -> family.with(Registers.SOURCE_PORT, ofport))
        .forEach(match -> flows.next(key(Tables.LIMITS, 110, match), actions, Tables.SPOOF));
  }

  private static List<Action> through(List<MeterConfig> limits) {
    return limits.stream().<Action>map(limit -> new Action.Meter(limit.meterId())).toList();
  }
}
