package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The routers on the networks of this host's guests.
 *
 * @param macs by each address under which guests know a router
 * @param listeners the OpenFlow port numbers of the guests, by their network's number
 */
public record Gateways(Map<NetworkAddress, MacAddress> macs, Map<Long, List<Integer>> listeners) {

  /** None at all. */
  public static final Gateways NONE = new Gateways(Map.of(), Map.of());

  public Gateways {
    macs = Map.copyOf(macs);
    listeners = Map.copyOf(listeners);
  }

  /** Those of a view. */
  public static Gateways of(HostView view) {
    Topology topology = view.topology();
    Map<Long, List<Integer>> listeners = new HashMap<>();
    view.wired()
        .forEach(
            (portId, ofport) ->
                topology
                    .attachment(portId)
                    .ifPresent(
                        guest ->
                            listeners
                                .computeIfAbsent(
                                    (long) guest.network().vni(), _ -> new ArrayList<>())
                                .add(ofport)));
    Map<NetworkAddress, MacAddress> macs = new HashMap<>();
    topology.routers().values().stream()
        .sorted(Comparator.comparing(RouterSpec::id))
        .flatMap(router -> Router.legs(router, topology))
        .filter(leg -> listeners.containsKey((long) leg.network().vni()))
        .forEach(
            leg ->
                leg.known()
                    .forEach(
                        address ->
                            macs.putIfAbsent(
                                new NetworkAddress(leg.network().vni(), address), leg.mac())));
    return new Gateways(macs, listeners);
  }
}
