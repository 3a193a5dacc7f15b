package io.virga.netagent.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message.FlowCommand;
import io.virga.netagent.openflow.OxmField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowDiffTest {

  private static final long SEED = 20261121;

  private static Flow flow(int table, int port, int output) {
    return new Flow(
        new FlowKey(table, 100, Match.ANY.with(OxmField.IN_PORT, port)),
        1,
        List.of(new Action.Output(output)),
        OptionalInt.empty());
  }

  private static Map<FlowKey, Flow> byKey(List<Flow> flows) {
    Map<FlowKey, Flow> map = new HashMap<>();
    flows.forEach(flow -> map.put(flow.key(), flow));
    return map;
  }

  @Test
  void touchesNothingThatIsRight() {
    List<Flow> flows = List.of(flow(0, 1, 2), flow(10, 1, 2));
    assertThat(FlowDiff.between(byKey(flows), flows).isEmpty()).isTrue();
  }

  @Test
  void overwritesWhatDoesSomethingElse() {
    FlowDiff diff = FlowDiff.between(byKey(List.of(flow(0, 1, 2))), List.of(flow(0, 1, 3)));
    assertThat(diff.added()).containsExactly(flow(0, 1, 2));
    assertThat(diff.removed()).isEmpty();
    assertThat(diff.replaced()).containsExactly(flow(0, 1, 3));
  }

  @Test
  void fillsLaterTablesFirstAndEmptiesThemLast() {
    FlowDiff diff =
        FlowDiff.between(
            byKey(List.of(flow(0, 1, 1), flow(60, 1, 1), flow(10, 1, 1))),
            List.of(flow(80, 9, 9), flow(0, 9, 9)));
    assertThat(diff.changes().stream().map(change -> change.flow().key().table()))
        .containsExactly(60, 10, 0, 0, 80);
    assertThat(diff.changes().getLast().command()).isEqualTo(FlowCommand.DELETE_STRICT);
  }

  @Test
  void leadsFromAnyStateToTheDesiredOne() {
    Random random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      Map<FlowKey, Flow> desired = byKey(someFlows(random));
      Map<FlowKey, Flow> held = byKey(someFlows(random));
      FlowDiff diff = FlowDiff.between(desired, held.values());
      diff.changes()
          .forEach(
              change -> {
                if (change.command() == FlowCommand.ADD) {
                  held.put(change.flow().key(), change.flow());
                } else {
                  held.remove(change.flow().key());
                }
              });
      assertThat(held).as("seed %s round %s", SEED, round).isEqualTo(desired);
    }
  }

  private static List<Flow> someFlows(Random random) {
    List<Flow> flows = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      flows.add(flow(random.nextInt(4), random.nextInt(4), random.nextInt(3)));
    }
    return flows;
  }
}
