package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.Message.ConnectionTrackFlush;
import io.virga.netagent.openflow.Message.ConnectionTrackFlushZone;
import io.virga.netagent.openflow.Message.FlowCommand;
import io.virga.netagent.openflow.Message.FlowMod;
import io.virga.netagent.openflow.Message.MeterCommand;
import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.openflow.Message.MeterMod;
import io.virga.netagent.openflow.Message.TupleDirection;
import io.virga.netagent.pipeline.FlowCompiler;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgrammingTest {

  private static final PortSpec PORT = Desired.port(1, Desired.OPEN);
  private static final int ZONE = 5;
  private static final int WIRE = 9;
  private static final RouterSpec UNKNOWN =
      Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
  private static final RouterSpec KNOWN =
      Routed.floating(UNKNOWN, Routed.floating(51, "host-a", PORT));

  /** What the floating IP had translated. */
  private static final Message[] FORGOTTEN = {
    forgotten(TupleDirection.ORIGINAL), forgotten(TupleDirection.REPLY)
  };

  private final Programming programming = new Programming();
  private final FakeBridge bridge = new FakeBridge();

  /** Takes changes until it is told to fail; remembers what has taken effect. */
  private static final class FakeBridge implements Programming.Bridge {

    final Map<FlowKey, Flow> flows = new HashMap<>();
    final Map<Integer, MeterConfig> meters = new HashMap<>();
    final List<Message> sent = new ArrayList<>();
    int changesTaken = Integer.MAX_VALUE;
    boolean connected = true;

    @Override
    public void apply(List<FlowMod> changes) throws IOException {
      for (FlowMod change : changes.subList(0, Math.min(changesTaken, changes.size()))) {
        if (change.command() == FlowCommand.ADD) {
          flows.put(change.flow().key(), change.flow());
        } else {
          flows.remove(change.flow().key());
        }
      }
      if (changesTaken < changes.size()) {
        throw new IOException("refuses more");
      }
    }

    @Override
    public void send(List<? extends Message> messages) {
      if (connected) {
        messages.forEach(this::take);
      }
    }

    private void take(Message message) {
      if (!(message instanceof MeterMod(MeterCommand command, MeterConfig meter))) {
        sent.add(message);
      } else if (command == MeterCommand.DELETE) {
        meters.remove(meter.meterId());
      } else {
        meters.put(meter.meterId(), meter);
      }
    }

    @Override
    public void barrier() throws IOException {
      if (!connected) {
        throw new IOException("is gone");
      }
    }
  }

  private static Message forgotten(TupleDirection direction) {
    return new ConnectionTrackFlush(0x8001, direction, 0xcb007100 + 51, 0, 0);
  }

  @BeforeEach
  void hasAPortThatIsKnownOutside() throws Exception {
    program(KNOWN, ZONE);
    assertThat(bridge.sent).containsExactly(new ConnectionTrackFlushZone(ZONE));
    bridge.sent.clear();
  }

  private void program(RouterSpec router, int ofport) throws IOException, InterruptedException {
    programming.program(bridge, held(), view(router, Desired.open(), ofport));
  }

  private static HostView unknown(SecurityGroupSpec group) {
    return view(UNKNOWN, group, ZONE);
  }

  private static HostView view(RouterSpec router, SecurityGroupSpec group, int ofport) {
    return new HostView(
        "host-a",
        Topology.of(DesiredViews.of(Desired.network(), Routed.external(), PORT, group, router)),
        Map.of(PORT.id(), ofport),
        new Uplinks(OptionalInt.empty(), Map.of(Routed.WIRE, WIRE)),
        Map.of(),
        Optional.empty(),
        Map.of());
  }

  private static Set<MeterConfig> meters(HostView view) {
    FlowCompiler compiler = new FlowCompiler();
    compiler.compile(view);
    return compiler.meters();
  }

  private Optional<Programming.Contents> held() {
    return Optional.of(
        new Programming.Contents(Map.copyOf(bridge.flows), Set.copyOf(bridge.meters.values())));
  }

  @Test
  void changesWhatIsNewWithoutAskingWhatIsThere() throws Exception {
    HostView view = unknown(Desired.open());
    assertThat(programming.program(bridge, Optional.empty(), view).removed()).isNotEmpty();
    assertThat(bridge.flows).isEqualTo(Pipeline.compile(view));
    assertThat(bridge.meters.values()).containsExactlyInAnyOrderElementsOf(meters(view));
    assertThat(bridge.sent).containsExactlyInAnyOrder(FORGOTTEN);
    assertThat(programming.program(bridge, Optional.empty(), view).isEmpty()).isTrue();
    assertThat(bridge.sent).as("once").hasSize(2);
  }

  /** Lets in so many addresses, which are as many flows. */
  private static SecurityGroupSpec open(int addresses) {
    return Desired.group(
        Desired.OPEN,
        IntStream.range(0, addresses)
            .mapToObj(
                number ->
                    Desired.tcp(
                        Direction.INGRESS,
                        22,
                        22,
                        "10.%d.%d.0/24".formatted(number >> 8, number & 255)))
            .toArray(SecurityGroupSpec.Rule[]::new));
  }

  @Test
  void aLargeChangeThatIsTakenBackHalfWayLeavesNothing() throws Exception {
    HostView large = unknown(open(2 * Programming.MAX_CHANGES));
    programming.program(bridge, Optional.empty(), large);
    assertThat(programming.isDone()).isFalse();
    assertThat(bridge.sent).as("some of the old flows may still be there").isEmpty();
    HostView small = unknown(Desired.open());
    int calls = 0;
    do {
      programming.program(bridge, Optional.empty(), small);
      calls++;
    } while (!programming.isDone());
    assertThat(calls).isGreaterThan(1);
    assertThat(bridge.flows).isEqualTo(Pipeline.compile(small));
    assertThat(bridge.meters.values()).containsExactlyInAnyOrderElementsOf(meters(small));
    assertThat(bridge.sent).contains(FORGOTTEN);
  }

  @Test
  void aPortDoesNotWaitForTheRestOfALargeChange() throws Exception {
    programming.program(bridge, Optional.empty(), unknown(open(2 * Programming.MAX_CHANGES)));
    PortSpec second = Desired.port(2, Desired.OPEN);
    HostView more = unknown(open(2 * Programming.MAX_CHANGES));
    Topology topology = more.topology();
    Map<String, PortSpec> ports = new HashMap<>(topology.ports());
    ports.put(second.id(), Desired.with(second, Map.of("portSecurity", false)));
    HostView both =
        new HostView(
            more.host(),
            new Topology(
                topology.networks(),
                ports,
                topology.groups(),
                topology.routers(),
                topology.tunnelEndpoints()),
            Map.of(PORT.id(), ZONE, second.id(), 6),
            more.uplinks(),
            more.learned(),
            more.metadata(),
            more.trunkEnds());
    FlowDiff diff = programming.program(bridge, Optional.empty(), both);
    assertThat(programming.isDone()).isFalse();
    assertThat(diff.added()).isNotEmpty();
    assertThat(bridge.flows.values()).containsAll(diff.added());
    assertThat(bridge.sent).contains(new ConnectionTrackFlushZone(6));
  }

  @Test
  void keepsConnectionsWhenADaemonThatHadNoFlowsIsFilledAgain() throws Exception {
    bridge.flows.clear();
    program(KNOWN, ZONE);
    assertThat(bridge.flows).isNotEmpty();
    assertThat(bridge.sent).isEmpty();
  }

  @Test
  void forgetsWhatWasTakenAwayWhileADaemonWasAway() throws Exception {
    bridge.flows.clear();
    program(UNKNOWN, ZONE);
    assertThat(bridge.sent).containsExactlyInAnyOrder(FORGOTTEN);
  }

  @Test
  void forgetsWhatAnotherPortHadUnderTheNumber() throws Exception {
    bridge.flows.clear();
    program(KNOWN, 7);
    assertThat(bridge.sent).contains(new ConnectionTrackFlushZone(7));
  }

  @Test
  void forgetsConnectionsOfAFlowThatWentInAnAttemptThatFailedLater() throws Exception {
    bridge.flows.put(stray().key(), stray());
    bridge.changesTaken = 1;
    assertThatThrownBy(() -> program(UNKNOWN, ZONE)).isInstanceOf(IOException.class);
    assertThat(bridge.sent).isEmpty();
    bridge.changesTaken = Integer.MAX_VALUE;
    program(UNKNOWN, ZONE);
    assertThat(bridge.sent).containsExactlyInAnyOrder(FORGOTTEN);
    program(UNKNOWN, ZONE);
    assertThat(bridge.sent).as("once").hasSize(2);
  }

  @Test
  void forgetsThemThoughNothingElseIsLeftToDo() throws Exception {
    bridge.connected = false;
    assertThatThrownBy(() -> program(UNKNOWN, ZONE)).isInstanceOf(IOException.class);
    bridge.connected = true;
    program(UNKNOWN, ZONE);
    assertThat(bridge.sent).containsExactlyInAnyOrder(FORGOTTEN);
  }

  /** A flow that nobody desires, in the last of the tables. */
  private static Flow stray() {
    return new Flow(new FlowKey(250, 1, Match.ANY), 0, List.of(), OptionalInt.empty());
  }
}
