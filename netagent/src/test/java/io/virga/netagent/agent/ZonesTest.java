package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.RouterSpec.Forwarding;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.Message.ConnectionTrackFlush;
import io.virga.netagent.openflow.Message.ConnectionTrackFlushZone;
import io.virga.netagent.openflow.Message.TupleDirection;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZonesTest {

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.CLOSED);

  private static Map<FlowKey, Flow> flows(SecurityGroupSpec open, Map<String, Integer> wired) {
    return flows(FIRST, open, wired);
  }

  private static Map<FlowKey, Flow> flows(
      PortSpec first, SecurityGroupSpec open, Map<String, Integer> wired) {
    return Pipeline.compile(
        new HostView(
            "host-a",
            Topology.of(DesiredViews.of(Desired.network(), first, SECOND, open, Desired.closed())),
            wired,
            Uplinks.NONE,
            Map.of(),
            Optional.empty(),
            Map.of()));
  }

  private static List<Message> flushed(Map<FlowKey, Flow> before, Map<FlowKey, Flow> after) {
    return Zones.toFlush(FlowDiff.between(after, before.values()));
  }

  @Test
  void forgetsWhatAnEarlierPortLeftBehind() {
    Map<FlowKey, Flow> before = flows(Desired.open(), Map.of(FIRST.id(), 5));
    Map<FlowKey, Flow> after = flows(Desired.open(), Map.of(FIRST.id(), 5, SECOND.id(), 6));
    assertThat(flushed(before, after)).containsExactly(new ConnectionTrackFlushZone(6));
  }

  @Test
  void forgetsNothingForAnotherLimit() {
    PortSpec limited =
        Desired.with(
            FIRST,
            Map.of(
                "qos",
                new PortQos(
                    Optional.of(new PortQos.Bandwidth(8000, 0)),
                    Optional.of(new PortQos.Bandwidth(8000, 0)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(46))));
    Map<String, Integer> wired = Map.of(FIRST.id(), 5);
    Map<FlowKey, Flow> unlimited = flows(FIRST, Desired.open(), wired);
    assertThat(flushed(unlimited, flows(limited, Desired.open(), wired))).isEmpty();
    assertThat(flushed(flows(limited, Desired.open(), wired), unlimited)).isEmpty();
  }

  private static Map<FlowKey, Flow> flows(RouterSpec router) {
    return Pipeline.compile(
        new HostView(
            "host-a",
            Topology.of(
                DesiredViews.of(Routed.network(0), Routed.external(), FIRST, SECOND, router)),
            Map.of(),
            new Uplinks(OptionalInt.empty(), Map.of(Routed.WIRE, 6)),
            Map.of(),
            Optional.empty(),
            Map.of()));
  }

  private static ConnectionTrackFlush translated(TupleDirection direction, int number) {
    return new ConnectionTrackFlush(0x8001, direction, 0xcb007100 + number, 0, 0);
  }

  @Test
  void forgetsWhatAFloatingIpThatIsGoneHadTranslated() {
    RouterSpec router = Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
    Map<FlowKey, Flow> both =
        flows(
            Routed.floating(
                router,
                Routed.floating(51, "host-a", FIRST),
                Routed.floating(52, "host-a", SECOND)));
    Map<FlowKey, Flow> one = flows(Routed.floating(router, Routed.floating(52, "host-a", SECOND)));
    Map<FlowKey, Flow> other = flows(Routed.floating(router, Routed.floating(52, "host-a", FIRST)));
    assertThat(flushed(both, one))
        .containsExactly(
            translated(TupleDirection.ORIGINAL, 51), translated(TupleDirection.REPLY, 51));
    assertThat(flushed(one, other))
        .as("it stands for another port now")
        .containsExactly(
            translated(TupleDirection.ORIGINAL, 52), translated(TupleDirection.REPLY, 52));
  }

  @Test
  void forgetsWhatCameByAForwardingThatIsGone() {
    RouterSpec router = Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
    Forwarding ssh = new Forwarding("s", 6, 2222, 2222, 22, Routed.target(FIRST));
    Forwarding web = new Forwarding("w", 6, 8080, 8080, 80, Routed.target(FIRST));
    assertThat(
            flushed(
                flows(Routed.floating(router, Routed.forwarding(53, "host-a", ssh, web))),
                flows(Routed.floating(router, Routed.forwarding(53, "host-a", web)))))
        .containsExactly(
            new ConnectionTrackFlush(0x8001, TupleDirection.ORIGINAL, 0xcb007100 + 53, 6, 2222));
  }

  private static Map<FlowKey, Flow> passing(Forwarding... forwardings) {
    RouterSpec router = Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
    return flows(Routed.floating(router, Routed.forwarding(53, "host-a", forwardings)));
  }

  private static Forwarding range(int first, int last) {
    return new Forwarding("r", 6, first, last, first, Routed.target(FIRST));
  }

  private static Message arrived(int port) {
    return new ConnectionTrackFlush(0x8001, TupleDirection.ORIGINAL, 0xcb007100 + 53, 6, port);
  }

  @Test
  void forgetsThePortsOfARangeThatIsGoneAndNoOthers() {
    Forwarding web = new Forwarding("w", 6, 8080, 8080, 80, Routed.target(FIRST));
    Map<FlowKey, Flow> both = passing(web, range(8000, 8005));
    assertThat(flushed(both, passing(web)))
        .containsExactlyInAnyOrder(
            IntStream.rangeClosed(8000, 8005).mapToObj(ZonesTest::arrived).toArray(Message[]::new));
    assertThat(flushed(both, passing(web, range(8000, 8003))))
        .as("a shorter range")
        .containsExactlyInAnyOrder(arrived(8004), arrived(8005));
    assertThat(flushed(both, passing(range(8000, 8005)))).containsExactly(arrived(8080));
  }

  @Test
  void forgetsNothingForAForwardingMore() {
    Map<FlowKey, Flow> few = passing(range(8000, 8003));
    assertThat(flushed(few, passing(range(8000, 8003), range(9000, 9999)))).isEmpty();
    assertThat(flushed(passing(), few)).isEmpty();
  }

  @Test
  void forgetsWhatCameByAForwardingThatGoesElsewhere() {
    Forwarding elsewhere = new Forwarding("r", 6, 8000, 8001, 8000, Routed.target(SECOND));
    assertThat(flushed(passing(range(8000, 8001)), passing(elsewhere)))
        .containsExactlyInAnyOrder(arrived(8000), arrived(8001));
  }

  @Test
  void forgetsAllOfTheProtocolWhenThePortsAreTooMany() {
    assertThat(flushed(passing(range(0x4000, 0x40ff)), passing())).hasSize(256);
    assertThat(flushed(passing(range(0x4000, 0x41ff)), passing())).containsExactly(arrived(0));
  }
}
