package io.virga.netagent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flows follow from the view alone, however it has come about. Deterministic given the seed, which
 * the test's name shows.
 */
class FlowCompilerLawTest {

  private static final int VIEWS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void makesOfManyViewsWhatItMakesOfTheLast(long seed) {
    RandomHost host = new RandomHost(seed);
    FlowCompiler compiler = new FlowCompiler();
    Map<FlowKey, Flow> held = new HashMap<>();
    for (int number = 0; number < VIEWS; number++) {
      IntStream.rangeClosed(0, number % 4).forEach(_ -> host.change());
      apply(compiler.compile(host.view()), held);
      FlowCompiler fresh = new FlowCompiler();
      fresh.compile(host.view());
      assertThat(compiler.flows()).isEqualTo(fresh.flows());
      assertThat(held).as("what the changes amount to").isEqualTo(compiler.flows());
      assertThat(compiler.meters()).isEqualTo(fresh.meters());
      assertThat(compiler.size()).isEqualTo(held.size());
    }
  }

  /** As a switch does, which knows the flows that it is told to remove or to replace. */
  private static void apply(FlowDiff diff, Map<FlowKey, Flow> held) {
    diff.removed().forEach(flow -> assertThat(held.remove(flow.key())).isEqualTo(flow));
    diff.replaced().forEach(flow -> assertThat(held.remove(flow.key())).isEqualTo(flow));
    diff.added().forEach(flow -> assertThat(held.put(flow.key(), flow)).isNull());
  }

  private static HostView guarded(int ports, List<String> members) {
    List<Integer> numbers = IntStream.rangeClosed(1, ports).boxed().toList();
    Map<String, Integer> wired = new HashMap<>();
    numbers.forEach(number -> wired.put(Desired.port(number).id(), number));
    SecurityGroupSpec others = new SecurityGroupSpec(Desired.OPEN, 1, List.of(), members, false);
    SecurityGroupSpec closed =
        Desired.group(Desired.CLOSED, Desired.fromGroup(Direction.INGRESS, Desired.OPEN));
    Stream<DesiredState> plugged =
        numbers.stream().map(number -> Desired.port(number, Desired.CLOSED));
    DesiredState[] things =
        Stream.concat(Stream.of(Desired.network(), others, closed), plugged)
            .toArray(DesiredState[]::new);
    return new HostView(
        "host-a",
        Topology.of(DesiredViews.of(things)),
        wired,
        Uplinks.NONE,
        Map.of(),
        Optional.empty(),
        Map.of());
  }

  private static List<String> addresses(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> "10.1.%d.%d".formatted(number >> 8, number & 255))
        .toList();
  }

  @Test
  void oneMemberMoreIsOneFlowForEachPort() {
    FlowCompiler compiler = new FlowCompiler();
    compiler.compile(guarded(3, addresses(1000)));
    FlowDiff diff = compiler.compile(guarded(3, addresses(1001)));
    assertThat(diff.added()).hasSize(3);
    assertThat(diff.removed()).isEmpty();
  }

  @Test
  void ofTwoThatMakeTheSameFlowTheOtherOneStaysInPlace() {
    FlowCompiler compiler = new FlowCompiler();
    compiler.compile(guarded(2, List.of("10.1.0.1", "10.1.0.1/32")));
    FlowDiff diff = compiler.compile(guarded(2, List.of("10.1.0.1")));
    assertThat(diff.isEmpty()).isTrue();
  }
}
