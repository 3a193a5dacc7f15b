package io.virga.netagent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.lab.Switch;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compiled flows in a real switch. */
@Tag("e2e")
class SwitchTest {

  /** Tables behind it are the switch's own. */
  private static final int LAST_TABLE = 253;

  private static Switch ovs;
  private static Transport transport;
  private static OpenFlowConnection connection;

  @BeforeAll
  static void start() throws Exception {
    ovs = Switch.start();
    ovs.vsctl("add-br br-int -- set bridge br-int datapath_type=netdev fail-mode=secure");
    transport = Transport.open(TransportChoice.AUTO, 1, "test");
    connection =
        OpenFlowConnection.connect(transport, ovs.runDirectory().resolve("br-int.mgmt"), _ -> {})
            .get(10, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    transport.close();
    ovs.close();
  }

  /** A router whose gateway is here, with each kind of floating IP. */
  private static RouterSpec translating(PortSpec first, PortSpec second, PortSpec away) {
    RouterSpec router =
        Routed.gateway(
            Routed.with(Routed.with(Routed.router(1), 0, 1), "10.9.0.0/16", "10.0.0.11"),
            true,
            "host-a");
    return Routed.floating(
        router,
        Routed.floating(50, "host-a", first),
        Routed.floating(51, "host-b", away),
        Routed.forwarding(
            52,
            "host-a",
            new RouterSpec.Forwarding("a", 6, 2222, 2222, 22, Routed.target(second)),
            new RouterSpec.Forwarding("b", 17, 5000, 5009, 5000, Routed.target(second))));
  }

  /** A host that has something of every kind. */
  private static HostView everything() {
    PortSpec first = Desired.port(1, Desired.OPEN);
    PortSpec second =
        Desired.with(
            Desired.port(2, Desired.CLOSED),
            Map.of(
                "qos",
                new PortQos(
                    Optional.of(new PortQos.Bandwidth(8000, 0)),
                    Optional.of(new PortQos.Bandwidth(10_000_000_000L, 1000)),
                    Optional.of(new PortQos.PacketRate(1, 0)),
                    Optional.of(new PortQos.PacketRate(2, 3)),
                    Optional.of(46))));
    PortSpec away = Desired.on("host-b", Desired.port(3, Desired.OPEN));
    return new HostView(
        "host-a",
        Topology.of(
            DesiredViews.of(
                Desired.network(),
                Desired.onWire(Desired.otherNetwork(), "physnet1", Optional.of(100)),
                first,
                second,
                away,
                Routed.external(),
                translating(first, second, away),
                Routed.gateway(Routed.with(Routed.router(2), 0, 2), false, "host-b"),
                Desired.open(),
                Desired.closed(),
                new TunnelEndpointSpec("host-b", 1, "192.0.2.12"))),
        Map.of(first.id(), 1, second.id(), 2),
        new Uplinks(OptionalInt.of(4), Map.of("physnet1", 5, Routed.WIRE, 6)),
        Map.of(
            new NetworkAddress(9000, new Ipv4Address(0xcb007101)), new MacAddress(0x020000000001L)),
        Optional.of(
            new HostView.MetadataDoor(
                3,
                new MacAddress(0xfa163e0000ffL),
                List.of(new Ipv4Address(0x6440fffe), HostView.MetadataDoor.SERVER_IPV6),
                80,
                53)),
        Map.of());
  }

  @Test
  void holdsExactlyWhatWasCompiled() throws Exception {
    FlowCompiler compiler = new FlowCompiler();
    compiler.compile(everything());
    Map<FlowKey, Flow> desired = compiler.flows();
    Set<Message.MeterConfig> meters = compiler.meters();
    connection.send(
        meters.stream()
            .map(meter -> new Message.MeterMod(Message.MeterCommand.ADD, meter))
            .toList());
    FlowDiff diff = FlowDiff.between(desired, held());
    connection.apply(diff.changes()).get(10, TimeUnit.SECONDS);
    List<Flow> held = held();
    assertThat(held).hasSameSizeAs(desired.values());
    FlowDiff again = FlowDiff.between(desired, held);
    assertThat(again.added()).isEmpty();
    assertThat(again.removed()).isEmpty();
    assertThat(connection.meters().get(10, TimeUnit.SECONDS))
        .containsExactlyInAnyOrderElementsOf(meters);
  }

  private static List<Flow> held() throws Exception {
    List<Flow> held = new ArrayList<>();
    for (Message.TableSize size : connection.tables().get(10, TimeUnit.SECONDS)) {
      if (size.table() <= LAST_TABLE) {
        held.addAll(connection.flows(size.table()).get(10, TimeUnit.SECONDS));
      }
    }
    return held;
  }

  @Test
  void dropsWhatAPortMayNotSay() throws Exception {
    holdsExactlyWhatWasCompiled();
    ovs.vsctl("--may-exist add-port br-int p1 -- set interface p1 type=internal ofport_request=1");
    String spoofed =
        ovs.trace(
            "in_port=1,dl_src=fa:16:3e:00:00:01,dl_dst=fa:16:3e:00:00:02,"
                + "icmp,nw_src=10.0.0.99,nw_dst=10.0.0.12");
    assertThat(spoofed).contains("Datapath actions: drop");
    String honest =
        ovs.trace(
            "in_port=1,dl_src=fa:16:3e:00:00:01,dl_dst=fa:16:3e:00:00:02,"
                + "icmp,nw_src=10.0.0.11,nw_dst=10.0.0.12");
    assertThat(honest).contains("Datapath actions: ct(zone=1)");
  }
}
