package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import io.virga.netagent.pipeline.Piece.Kind;
import io.virga.netagent.pipeline.Piece.Name;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/** Of what the flows of a host are made. */
final class Pieces {

  private final HostView view;
  private final GroupMembers members;
  private final Map<Name, Piece> pieces = new HashMap<>();

  private Pieces(HostView view, GroupMembers members) {
    this.view = view;
    this.members = members;
  }

  /**
   * All of them.
   *
   * @param members of the view's groups
   */
  static Map<Name, Piece> of(HostView view, GroupMembers members) {
    Pieces all = new Pieces(view, members);
    List<Router> routers = Router.all(view);
    all.addHost(routers);
    List<Segment> segments = Segment.of(view);
    Map<String, Neighbours> neighbours = Neighbours.of(segments, routers);
    for (Segment segment : segments) {
      String id = segment.network().id();
      all.addPorts(segment);
      all.add(
          Kind.NETWORK,
          id,
          NetworkPiece.of(segment, Objects.requireNonNull(neighbours.get(id)), view));
    }
    return all.pieces;
  }

  private void add(Kind kind, String subject, Piece piece) {
    pieces.put(new Name(kind, subject), piece);
  }

  private void addHost(List<Router> routers) {
    OptionalInt tunnel = view.uplinks().tunnel();
    tunnel.ifPresent(
        port -> add(Kind.ENDPOINTS, "", new TunnelFlows.Endpoints(port, otherEndpoints())));
    view.metadata().ifPresent(door -> add(Kind.METADATA_DOOR, "", new Door(door)));
    add(Kind.AGENT, "", new Always());
    routers.forEach(router -> add(Kind.ROUTER, router.spec().id(), new Routing(router, tunnel)));
    add(Kind.WIRES, "", new WireFlows(WirePresence.of(routers), view.learned()));
  }

  private Set<Ipv4Address> otherEndpoints() {
    Set<Ipv4Address> others = new HashSet<>();
    view.topology()
        .tunnelEndpoints()
        .forEach(
            (host, address) -> {
              if (!host.equals(view.host())) {
                others.add(address);
              }
            });
    return others;
  }

  private void addPorts(Segment segment) {
    for (LocalPort port : segment.local()) {
      String id = port.spec().id();
      add(Kind.PORT, id, PortPiece.of(port, view, members));
      TrunkFlows.of(port.spec(), view).ifPresent(trunk -> add(Kind.TRUNK, id, trunk));
    }
  }

  /** The way to the metadata server. */
  private record Door(MetadataDoor door) implements Piece.Whole {

    @Override
    public void compile(FlowSet flows) {
      MetadataFlows.compileDoor(door, flows);
    }
  }

  /** What every host has. */
  private record Always() implements Piece.Whole {

    @Override
    public List<MeterConfig> meters() {
      return Meters.ofOthers();
    }

    @Override
    public void compile(FlowSet flows) {
      AgentFlows.compileOthers(flows);
      DiscoveryFlows.compileAnswers(flows);
      RuleFlows.compilePassed(flows);
    }
  }

  /** A router. */
  private record Routing(Router router, OptionalInt tunnel) implements Piece.Whole {

    @Override
    public void compile(FlowSet flows) {
      RouterFlows.compile(router, flows);
      RouteFlows.compile(router, flows);
      router
          .exit()
          .ifPresent(
              exit -> {
                ExitFlows.compile(router, exit, tunnel, flows);
                new ArrivalFlows(router, exit, flows).compile();
              });
      router.ipv6Exit().ifPresent(exit -> new Ipv6ExitFlows(router, exit, flows).compile(tunnel));
    }
  }
}
