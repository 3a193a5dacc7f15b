package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportsTest {

  private static final PortSpec PORT = Desired.port(1);
  private static final HostView VIEW =
      new HostView(
          "host-a",
          Topology.of(
              DesiredViews.of(Desired.network(), PORT, Desired.on("host-b", Desired.port(2)))),
          Map.of(PORT.id(), 5),
          Uplinks.NONE,
          Map.of(),
          Optional.empty(),
          Map.of());

  private final List<ObservedState> told = new ArrayList<>();
  private final Reports reports = new Reports(told::add, Map.of());

  /** Whoever takes it may have had no room for it before. */
  @Test
  void tellsOfTheHostAndItsOwnPortsEachTime() {
    for (int time = 0; time < 2; time++) {
      told.clear();
      reports.report(VIEW);
      assertThat(told).extracting(ObservedState::id).containsExactly("host-a", PORT.id());
      assertThat(told).extracting(ObservedState::status).containsOnly(Status.READY);
    }
  }
}
