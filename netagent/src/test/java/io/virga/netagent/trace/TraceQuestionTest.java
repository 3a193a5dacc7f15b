package io.virga.netagent.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceQuestionTest {

  private static final String WEB = "56000000-0000-4000-8000-000000000007";
  private static final String SSH = "56000000-0000-4000-8000-0000000000aa";
  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec WEB_PORT = Desired.port(2, WEB);
  private static final PortSpec ROUTED = Routed.port(1, 5, Desired.OPEN);
  private static final PortSpec AWAY = Desired.on("host-b", Desired.port(3, Desired.OPEN));

  private static final HostView VIEW =
      new HostView(
          "host-a",
          Topology.of(
              DesiredViews.of(
                  Desired.network(),
                  Desired.open(),
                  Desired.group(
                      WEB,
                      Desired.tcp(Direction.EGRESS, 443, 443, "0.0.0.0/0"),
                      Desired.tcp(Direction.INGRESS, 80, 80, "10.0.0.0/24")),
                  FIRST,
                  WEB_PORT,
                  ROUTED,
                  Routed.network(1),
                  Routed.with(Routed.with(Routed.router(1), 0, 1), 1, 1),
                  AWAY,
                  new TunnelEndpointSpec("host-b", 1, "192.0.2.12"))),
          Map.of(FIRST.id(), 1, WEB_PORT.id(), 2, ROUTED.id(), 3),
          new Uplinks(OptionalInt.of(4), Map.of()),
          Map.of(),
          Optional.empty(),
          Map.of());

  private static TraceQuestion.Explanation trace(PortSpec from, String protocol, String to) {
    return trace(VIEW, from, protocol, to);
  }

  private static TraceQuestion.Explanation trace(
      HostView view, PortSpec from, String protocol, String to) {
    return new TraceQuestion(() -> Optional.of(view))
        .answer(Map.of("port", from.id(), "protocol", protocol, "to", to));
  }

  @Test
  void aPacketThatARuleLetsInIsDelivered() {
    TraceQuestion.Explanation explanation = trace(FIRST, "tcp", "10.0.0.12:80");
    assertThat(explanation.outcome()).containsExactly("leaves to port " + WEB_PORT.id());
    assertThat(explanation.steps().getLast().effects())
        .contains("sends it to port " + WEB_PORT.id());
  }

  @Test
  void saysWhichRulesDropIt() {
    assertThat(trace(FIRST, "tcp", "10.0.0.12:81").outcome())
        .containsExactly(
            "dropped in table 71, security groups of the receiver: no ingress rule of the"
                + " receiver's groups lets it in");
    assertThat(trace(WEB_PORT, "udp", "10.0.0.11:53").outcome())
        .containsExactly(
            "dropped in table 21, security groups of the sender: no egress rule of the sender's"
                + " groups lets it out");
  }

  @Test
  void namesTheHostBeyondTheTunnel() {
    assertThat(trace(FIRST, "icmp", "10.0.0.13").outcome())
        .containsExactly("leaves to the tunnel of host-b, whose rules judge it");
  }

  @Test
  void followsARouterIntoTheOtherNetwork() {
    TraceQuestion.Explanation explanation = trace(FIRST, "tcp", "10.1.0.15:22");
    assertThat(explanation.outcome()).containsExactly("leaves to port " + ROUTED.id());
    assertThat(explanation.steps().stream().flatMap(step -> step.effects().stream()))
        .contains("takes one from the TTL");
  }

  @Test
  void anAnswerPassesThoughNoRuleLetsItIn() {
    PortSpec closed = Desired.port(6, Desired.CLOSED);
    HostView view =
        view(
            Map.of(closed.id(), 1),
            closed,
            Desired.closed(),
            Routed.network(1),
            Routed.with(Routed.with(Routed.router(1), 0, 1), 1, 1));
    assertThat(trace(view, closed, "icmp", "10.0.0.1").outcome())
        .as("the router's")
        .containsExactly("leaves to port " + closed.id());
  }

  @Test
  void followsAForwardingToItsPort() {
    PortSpec target = Desired.port(7, SSH);
    RouterSpec router = Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
    HostView view =
        new HostView(
            "host-a",
            Topology.of(
                DesiredViews.of(
                    Desired.network(),
                    Routed.external(),
                    Desired.open(),
                    Desired.group(SSH, Desired.tcp(Direction.INGRESS, 22, 22, "0.0.0.0/0")),
                    FIRST,
                    target,
                    Routed.floating(
                        router,
                        Routed.forwarding(
                            53,
                            "host-a",
                            new RouterSpec.Forwarding(
                                "f", 6, 2220, 2222, 20, Routed.target(target)))))),
            Map.of(FIRST.id(), 1, target.id(), 2),
            new Uplinks(OptionalInt.empty(), Map.of(Routed.WIRE, 5)),
            Map.of(),
            Optional.empty(),
            Map.of());
    assertThat(trace(view, FIRST, "tcp", "203.0.113.53:2222").outcome())
        .containsExactly("leaves to port " + target.id());
    assertThat(trace(view, FIRST, "tcp", "203.0.113.53:2221").outcome())
        .as("21 is not let in")
        .containsExactly(
            "dropped in table 71, security groups of the receiver: no ingress rule of the"
                + " receiver's groups lets it in");
    assertThat(trace(view, target, "tcp", "203.0.113.53:2222").outcome())
        .as("nothing lets it out")
        .first()
        .asString()
        .startsWith("dropped in table 21");
  }

  @Test
  void followsAPacketThatComesBackToItsSender() {
    RouterSpec router = Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a");
    HostView view =
        new HostView(
            "host-a",
            Topology.of(
                DesiredViews.of(
                    Desired.network(),
                    Routed.external(),
                    Desired.open(),
                    FIRST,
                    Routed.floating(router, Routed.floating(51, "host-a", FIRST)))),
            Map.of(FIRST.id(), 1),
            new Uplinks(OptionalInt.empty(), Map.of(Routed.WIRE, 5)),
            Map.of(),
            Optional.empty(),
            Map.of());
    assertThat(trace(view, FIRST, "tcp", "203.0.113.51:22").outcome())
        .containsExactly("leaves to port " + FIRST.id());
  }

  @Test
  void followsEveryCopyOfABroadcast() {
    Map<String, Integer> wired = new HashMap<>();
    List<DesiredState> things = new ArrayList<>(List.of(Desired.open(), FIRST));
    wired.put(FIRST.id(), 1);
    for (int number = 2; number <= 1_200; number++) {
      PortSpec port =
          Desired.with(
              Desired.port(2, Desired.OPEN),
              Map.of("id", "port-" + number, "addresses", List.of(), "portSecurity", false));
      things.add(port);
      wired.put(port.id(), number);
    }
    HostView view = view(wired, things.toArray(DesiredState[]::new));
    TraceQuestion.Explanation explanation = trace(view, FIRST, "icmp", "10.0.0.77");
    assertThat(explanation.outcome())
        .containsExactly(
            "not sent: guests or machines are asked who has 10.0.0.77, which is not known here");
    assertThat(explanation.steps().stream().flatMap(step -> step.effects().stream()))
        .filteredOn(effect -> effect.startsWith("sends it to port port-"))
        .hasSize(1_199);
  }

  private static HostView view(Map<String, Integer> wired, DesiredState... things) {
    List<DesiredState> all = new ArrayList<>(List.of(things));
    all.add(Desired.network());
    return new HostView(
        "host-a",
        Topology.of(DesiredViews.of(all.toArray(DesiredState[]::new))),
        wired,
        Uplinks.NONE,
        Map.of(),
        Optional.empty(),
        Map.of());
  }

  @Test
  void saysThatARouterHasNoRoute() {
    assertThat(trace(FIRST, "tcp", "172.16.0.1:22").outcome())
        .containsExactly("ends with the agent in table 46, what a router cannot send on");
  }

  @Test
  void saysThatNobodyHasTheAddress() {
    assertThat(trace(FIRST, "icmp", "10.0.0.77").outcome())
        .containsExactly(
            "not sent: nobody in the network has the address 10.0.0.77, so that ARP is not"
                + " answered");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          sctp | 10.0.0.5:80    | protocol = 'sctp': expected tcp, udp or icmp
          tcp  | 10.0.0.5       | to = '10.0.0.5': expected an address and a port
          udp  | 10.0.0.5:70000 | to = '10.0.0.5:70000': expected an address and a port
          icmp | 10.0.0.5:1     | to = '10.0.0.5:1': expected an address, such as 10.0.0.5
          tcp  | [2001:db8::5]  | to = '[2001:db8::5]': expected an address and a port
          tcp  | 2001:db8::5:80 | to = '2001:db8::5:80': expected an address and a port
          icmp | guest-1        | to = 'guest-1': expected an address
          """)
  void saysWhatIsAccepted(String protocol, String to, String message) {
    assertThatThrownBy(() -> trace(FIRST, protocol, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void saysOnWhichHostThePortIs() {
    assertThatThrownBy(() -> trace(AWAY, "icmp", "10.0.0.11"))
        .hasMessage("port = '%s': it is on the host host-b, ask there".formatted(AWAY.id()));
    assertThatThrownBy(() -> trace(Desired.port(9), "icmp", "10.0.0.11"))
        .hasMessageContaining("expected the id of a port that is plugged into the host host-a");
  }

  @Test
  void followsIpv6WithinANetworkThroughARouterAndToTheMetadata() {
    String any = "56000000-0000-4000-8000-0000000000ab";
    PortSpec first = Ipv6World.port("host-a", 0, 1, Ipv6World.own(0, 1), any);
    PortSpec second = Ipv6World.port("host-a", 0, 2, Ipv6World.own(0, 2), any);
    PortSpec far = Ipv6World.port("host-a", 1, 3, Ipv6World.own(1, 3));
    HostView view =
        new HostView(
            "host-a",
            Topology.of(
                DesiredViews.of(
                    Ipv6World.network(0, Ipv6Mode.SLAAC),
                    Ipv6World.network(1, Ipv6Mode.SLAAC),
                    Ipv6World.with(Ipv6World.with(Routed.router(1), 0), 1),
                    Desired.group(
                        any,
                        Ipv6World.any(Direction.EGRESS),
                        Ipv6World.of(Desired.tcp(Direction.INGRESS, 80, 80, "2001:db8::/64"))),
                    first,
                    second,
                    far)),
            Map.of(first.id(), 1, second.id(), 2, far.id(), 3),
            Uplinks.NONE,
            Map.of(),
            Optional.of(
                new HostView.MetadataDoor(
                    9, new MacAddress(9), List.of(HostView.MetadataDoor.SERVER_IPV6), 80, 53)),
            Map.of());
    assertThat(trace(view, first, "tcp", "[2001:db8::f816:3eff:fe00:2]:80").outcome())
        .containsExactly("leaves to port " + second.id());
    assertThat(trace(view, first, "icmp", "2001:db8::f816:3eff:fe00:2").outcome())
        .singleElement()
        .asString()
        .contains("no ingress rule of the receiver's groups lets it in");
    TraceQuestion.Explanation routed = trace(view, first, "icmp", Ipv6World.own(1, 3));
    assertThat(routed.outcome()).containsExactly("leaves to port " + far.id());
    assertThat(routed.steps().stream().flatMap(step -> step.effects().stream()))
        .contains("takes one from the TTL");
    assertThat(trace(view, first, "tcp", "[fe80::a9fe:a9fe]:80").outcome())
        .containsExactly("leaves to the metadata server");
    assertThat(trace(view, first, "icmp", "2001:db8::77").outcome())
        .containsExactly(
            "not sent: nobody in the network has the address 2001:db8::77, so that a neighbour"
                + " solicitation is not answered");
    assertThat(trace(FIRST, "icmp", "2001:db8::77").outcome())
        .containsExactly("not sent: the port has no IPv6 address");
  }
}
