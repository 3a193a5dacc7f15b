package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A network with all who are on it.
 *
 * @param remote by its MAC, the endpoint of each port that is on another host
 * @param learned who was heard on its wire, if there is a router on it
 */
record NetworkPiece(
    NetworkFlows network,
    FloodFlows flood,
    Neighbours neighbours,
    Map<MacAddress, Ipv4Address> remote,
    Map<NetworkAddress, MacAddress> learned)
    implements Piece {

  NetworkPiece {
    remote = Map.copyOf(remote);
    learned = Map.copyOf(learned);
  }

  static NetworkPiece of(Segment segment, Neighbours neighbours, HostView view) {
    NetworkSpec network = segment.network();
    Map<MacAddress, Ipv4Address> remote = new HashMap<>();
    if (network.provider().isEmpty() && view.uplinks().tunnel().isPresent()) {
      for (PortSpec port : segment.ports()) {
        view.endpointOf(port)
            .ifPresent(
                endpoint ->
                    MacAddress.parse(port.mac())
                        .ifPresent(mac -> remote.putIfAbsent(mac, endpoint)));
      }
    }
    Map<NetworkAddress, MacAddress> learned = new HashMap<>();
    if (neighbours.routed()) {
      view.learned()
          .forEach(
              (address, mac) -> {
                if (address.vni() == network.vni()) {
                  learned.put(address, mac);
                }
              });
    }
    return new NetworkPiece(
        NetworkFlows.of(segment, neighbours, view),
        FloodFlows.of(segment, view),
        neighbours,
        remote,
        learned);
  }

  @Override
  public Map<?, ? extends Part> parts() {
    long vni = network.network().vni();
    boolean ipv6 = Segment.hasIpv6(network.network());
    Map<Object, Part> parts = new HashMap<>();
    parts.put("network", network);
    parts.put("flood", flood);
    neighbours
        .macs()
        .forEach(
            (address, mac) ->
                parts.put(
                    address,
                    new Neighbour(
                        vni,
                        address,
                        mac,
                        neighbours.routers().contains(mac),
                        neighbours.routed(),
                        ipv6)));
    OptionalInt tunnel = network.ways().tunnel();
    remote.forEach(
        (mac, endpoint) ->
            parts.put(mac, new TunnelFlows.RemotePort(tunnel.orElseThrow(), vni, mac, endpoint)));
    learned.forEach((address, mac) -> parts.put(address, new Learned(address, mac)));
    return parts;
  }

  /**
   * One of whom control knows.
   *
   * @param router whether it is one
   * @param routed whether routers may send to it
   * @param ipv6 whether IPv6 is spoken on the network
   */
  private record Neighbour(
      long vni, IpAddress address, MacAddress mac, boolean router, boolean routed, boolean ipv6)
      implements Part {

    @Override
    public void compile(FlowSet flows) {
      switch (address) {
        case Ipv4Address four -> NetworkFlows.answerArp(vni, four, mac, flows);
        case Ipv6Address six when ipv6 -> DiscoveryFlows.answer(vni, six, mac, router, flows);
        case Ipv6Address _ -> {}
      }
      if (routed) {
        NextHopFlows.compile(vni, address, mac, flows);
      }
    }
  }

  /** One that was heard. */
  private record Learned(NetworkAddress address, MacAddress mac) implements Part {

    @Override
    public void compile(FlowSet flows) {
      NextHopFlows.compileLearned(address, mac, flows);
    }
  }
}
