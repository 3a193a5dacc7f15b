package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import java.util.List;
import java.util.Map;

/** Compiles what is desired of a host to the flows of its integration bridge. */
public final class Pipeline {

  private Pipeline() {}

  /** All flows that the bridge shall hold, and no others. */
  public static Map<FlowKey, Flow> compile(HostView view) {
    FlowSet flows = new FlowSet();
    List<LocalPort> ports =
        view.ports().values().stream().flatMap(port -> LocalPort.of(port, view).stream()).toList();
    for (LocalPort port : ports) {
      PortFlows.compile(port, flows);
      new RuleFlows(view, flows).compile(port);
      view.metadata().ifPresent(door -> MetadataFlows.compile(port, door, flows));
    }
    view.metadata().ifPresent(door -> MetadataFlows.compileDoor(door, flows));
    for (NetworkSpec network : view.networks().values()) {
      NetworkFlows.compile(network, view, flows);
    }
    return flows.flows();
  }
}
