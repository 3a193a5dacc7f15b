package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message.ConnectionTrackFlushZone;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZonesTest {

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.CLOSED);

  private static Map<FlowKey, Flow> flows(SecurityGroupSpec open, Map<String, Integer> wired) {
    return Pipeline.compile(
        new HostView(
            "host-a",
            Topology.of(DesiredViews.of(Desired.network(), FIRST, SECOND, open, Desired.closed())),
            wired,
            Uplinks.NONE,
            Optional.empty()));
  }

  private static List<ConnectionTrackFlushZone> flushed(
      Map<FlowKey, Flow> before, Map<FlowKey, Flow> after) {
    return Zones.toFlush(FlowDiff.between(after, before.values()));
  }

  @Test
  void forgetsConnectionsOfAPortThatLostARule() {
    Map<String, Integer> wired = Map.of(FIRST.id(), 5, SECOND.id(), 6);
    Map<FlowKey, Flow> before = flows(Desired.open(), wired);
    Map<FlowKey, Flow> after =
        flows(Desired.group(Desired.OPEN, Desired.any(Direction.EGRESS)), wired);
    assertThat(flushed(before, after)).containsExactly(new ConnectionTrackFlushZone(5));
    assertThat(flushed(after, before)).as("a rule more").isEmpty();
  }

  @Test
  void forgetsWhatAnEarlierPortLeftBehind() {
    Map<FlowKey, Flow> before = flows(Desired.open(), Map.of(FIRST.id(), 5));
    Map<FlowKey, Flow> after = flows(Desired.open(), Map.of(FIRST.id(), 5, SECOND.id(), 6));
    assertThat(flushed(before, after)).containsExactly(new ConnectionTrackFlushZone(6));
  }
}
