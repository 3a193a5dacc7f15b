package io.virga.netagent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.OxmEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FloodFlowsTest {

  private static final int TUNNEL = 9_999;

  /** Rows of table 61 in their order, for a network with so many ports here and one elsewhere. */
  private static List<Flow> rows(int ports) {
    List<DesiredState> things = new ArrayList<>(List.of(Desired.network()));
    Map<String, Integer> wired = new HashMap<>();
    for (int number = 1; number <= ports; number++) {
      PortSpec port =
          Desired.with(
              Desired.port(1),
              Map.of("id", "port-" + number * 7919 % ports, "addresses", List.of()));
      things.add(port);
      wired.put(port.id(), number);
    }
    things.add(Desired.on("host-b", Desired.port(2)));
    things.add(new TunnelEndpointSpec("host-b", 1, "192.0.2.12"));
    HostView view =
        new HostView(
            "host-a",
            Topology.of(DesiredViews.of(things.toArray(DesiredState[]::new))),
            wired,
            new Uplinks(OptionalInt.of(TUNNEL), Map.of()),
            Map.of(),
            Optional.empty(),
            Map.of());
    return Pipeline.compile(view).values().stream()
        .filter(flow -> flow.key().table() == Tables.FLOOD)
        .sorted((one, other) -> Long.compare(row(one), row(other)))
        .toList();
  }

  private static long row(Flow flow) {
    return flow.key().match().exact(Registers.SCRATCH).orElseThrow();
  }

  private static List<Long> targets(Flow flow) {
    return flow.actions().stream()
        .filter(Action.SetField.class::isInstance)
        .map(action -> ((Action.SetField) action).entry())
        .filter(entry -> entry.field().equals(Registers.TARGET_PORT))
        .map(OxmEntry::value)
        .map(value -> value.toLong())
        .toList();
  }

  @Test
  void copiesGoToPortsInTheOrderOfTheirNumbers() {
    assertThat(targets(rows(50).getFirst())).hasSize(50).isSorted();
  }

  @Test
  void aRowLeadsToTheNextAndTheLastThroughTheTunnel() {
    List<Flow> rows = rows(1_201);
    assertThat(rows).hasSize(4);
    assertThat(targets(rows.get(0))).hasSize(500);
    assertThat(targets(rows.get(2))).hasSize(201);
    for (int row = 0; row < 3; row++) {
      assertThat(rows.get(row).actions())
          .endsWith(
              new Action.SetField(Registers.SCRATCH, row + 1), new Action.Resubmit(Tables.FLOOD));
    }
    assertThat(rows.get(3).actions()).contains(new Action.Output(TUNNEL));
    assertThat(rows.get(3).key().match().entry(Registers.ORIGIN))
        .as("what came by a tunnel leaves by none")
        .isPresent();
  }
}
