package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.MacAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Compiles what is desired of a host to the flows of its integration bridge. */
public final class Pipeline {

  private Pipeline() {}

  /** The MAC of a network's gateway and of what else the host answers for it. */
  public static MacAddress routerMac(NetworkSpec network) {
    return NetworkFlows.routerMac(network);
  }

  /** All flows that the bridge shall hold, and no others. */
  public static Map<FlowKey, Flow> compile(HostView view) {
    FlowSet flows = new FlowSet();
    WaysOut waysOut = new WaysOut(view, flows);
    waysOut.compileEndpoints();
    view.metadata().ifPresent(door -> MetadataFlows.compileDoor(door, flows));
    for (Segment segment : Segment.of(view)) {
      for (LocalPort port : segment.local()) {
        PortFlows.compile(port, flows);
        new RuleFlows(view, flows).compile(port);
        view.metadata().ifPresent(door -> MetadataFlows.compile(port, door, flows));
      }
      NetworkFlows.compile(segment.network(), flows);
      ResolutionFlows.compile(segment, flows);
      FloodFlows.compile(segment, waysOut.compile(segment), flows);
    }
    return flows.flows();
  }

  /** The connection tracker's zone of the port that a flow of the first table lets in. */
  public static Optional<Integer> zoneOfEntry(Flow flow) {
    return flow.key().table() == Tables.CLASSIFY
            && flow.gotoTable().equals(OptionalInt.of(Tables.SPOOF))
        ? flow.key().match().exact(OxmField.IN_PORT).map(Long::intValue)
        : Optional.empty();
  }

  /** The connection tracker's zone of the port to which a rule's flow belongs. */
  public static Optional<Integer> zoneOfRule(Flow flow) {
    return switch (flow.key().table()) {
      case Tables.EGRESS_RULES ->
          flow.key().match().exact(Registers.SOURCE_PORT).map(Long::intValue);
      case Tables.INGRESS_RULES ->
          flow.key().match().exact(Registers.TARGET_PORT).map(Long::intValue);
      default -> Optional.empty();
    };
  }
}
