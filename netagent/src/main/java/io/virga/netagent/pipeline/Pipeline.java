package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.MacAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Compiles what is desired of a host to the flows of its integration bridge. */
public final class Pipeline {

  private Pipeline() {}

  /** The MAC of a network's gateway and of what else the host answers for it. */
  public static MacAddress routerMac(NetworkSpec network) {
    return NetworkFlows.routerMac(network);
  }

  /** Has a router send a packet by its own routes. */
  public static Message.PacketOut sendAsRouter(int number, Octets frame) {
    return new Message.PacketOut(
        OpenFlow.PORT_CONTROLLER,
        List.of(new Action.SetField(Registers.ROUTER, number), new Action.Resubmit(Tables.ROUTES)),
        frame);
  }

  /** Sends a frame within a network, to where its destination is. */
  public static Message.PacketOut sendWithin(long vni, Octets frame) {
    return new Message.PacketOut(
        OpenFlow.PORT_CONTROLLER,
        List.of(new Action.SetField(OxmField.METADATA, vni), new Action.Resubmit(Tables.FORWARD)),
        frame);
  }

  /** What routers are on the wires of the host. */
  public static WirePresence presence(HostView view) {
    return WirePresence.of(Router.all(view));
  }

  /** What a switch that holds the flows was told of machines on wires. */
  public static Map<WireAddress, MacAddress> learned(Collection<Flow> held) {
    return NextHopFlows.learned(held);
  }

  /** All flows that the bridge shall hold, and no others. */
  public static Map<FlowKey, Flow> compile(HostView view) {
    FlowSet flows = new FlowSet();
    WaysOut waysOut = new WaysOut(view, flows);
    waysOut.compileEndpoints();
    view.metadata().ifPresent(door -> MetadataFlows.compileDoor(door, flows));
    List<Router> routers = Router.all(view);
    for (Router router : routers) {
      RouterFlows.compile(router, flows);
      RouteFlows.compile(router, flows);
      router
          .exit()
          .ifPresent(
              exit -> {
                ExitFlows.compile(router, exit, view.uplinks().tunnel(), flows);
                new ArrivalFlows(router, exit, flows).compile();
              });
      router
          .ipv6Exit()
          .ifPresent(
              exit -> new Ipv6ExitFlows(router, exit, flows).compile(view.uplinks().tunnel()));
    }
    AgentFlows.compileOthers(flows);
    DiscoveryFlows.compileAnswers(flows);
    WireFlows.compile(WirePresence.of(routers), view.learned(), flows);
    List<Segment> segments = Segment.of(view);
    Map<String, Neighbours> neighbours = Neighbours.of(segments, routers);
    for (Segment segment : segments) {
      compile(segment, view, flows);
      NetworkSpec network = segment.network();
      Neighbours known = Objects.requireNonNull(neighbours.get(network.id()));
      NetworkFlows.compile(network, known, flows);
      if (segment.hasIpv6()) {
        DiscoveryFlows.compile(segment, known, flows);
      }
      NextHopFlows.compile(network, known, view, flows);
      ResolutionFlows.compile(segment, flows);
      waysOut.compile(segment);
      FloodFlows.compile(segment, waysOut, flows);
    }
    return flows.flows();
  }

  /** What the network's ports here send and receive. */
  private static void compile(Segment segment, HostView view, FlowSet flows) {
    for (LocalPort port : segment.local()) {
      PortFlows.compile(port, flows);
      LimitFlows.compile(port, flows);
      TrunkFlows.compile(port.spec(), view, flows);
      new RuleFlows(view, flows).compile(port);
      AgentFlows.compile(port, flows);
      view.metadata().ifPresent(door -> MetadataFlows.compile(port, door, flows));
    }
  }

  /** Which connections of a router to forget when the flow goes or does something else. */
  public static List<Message> translatedBy(Flow flow) {
    return Translation.madeBy(flow);
  }

  /** The connection tracker's zone of the port that a flow of the first table lets in. */
  public static Optional<Integer> zoneOfEntry(Flow flow) {
    return flow.key().table() == Tables.CLASSIFY
            && flow.gotoTable().equals(OptionalInt.of(Tables.LIMITS))
        ? flow.key().match().exact(OxmField.IN_PORT).map(Long::intValue)
        : Optional.empty();
  }

  /** The connection tracker's zone of the port to which a rule's flow belongs. */
  public static Optional<Integer> zoneOfRule(Flow flow) {
    return switch (flow.key().table()) {
      case Tables.EGRESS_RULES ->
          flow.key().match().exact(Registers.SOURCE_PORT).map(Long::intValue);
      case Tables.INGRESS_RULES ->
          flow.key().match().exact(Registers.TARGET_PORT).map(Long::intValue);
      default -> Optional.empty();
    };
  }
}
