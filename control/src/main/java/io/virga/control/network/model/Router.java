package io.virga.control.network.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A router.
 *
 * @param number the zone of its address translation on the hosts, 1 to 32,767, unique in the cloud
 * @param distributed told back as it was asked for, like {@code ha}: every router is both
 */
public record Router(
    UUID id,
    String projectId,
    String name,
    String description,
    boolean adminStateUp,
    int number,
    boolean distributed,
    boolean ha,
    List<String> zoneHints,
    List<Route> routes,
    Optional<Gateway> gateway,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public Router {
    zoneHints = List.copyOf(zoneHints);
    routes = List.copyOf(routes);
  }

  /** A static route, in the words of the API. */
  public record Route(String destination, String nexthop) {}

  /**
   * The port of the router on an external network.
   *
   * @param snat whether what has no floating IP leaves with the gateway's address
   */
  public record Gateway(
      UUID portId, UUID networkId, String mac, boolean snat, List<Port.FixedIp> addresses) {

    public Gateway {
      addresses = List.copyOf(addresses);
    }
  }

  /** The same router with these routes. */
  public Router withRoutes(List<Route> newRoutes) {
    return new Router(
        id,
        projectId,
        name,
        description,
        adminStateUp,
        number,
        distributed,
        ha,
        zoneHints,
        newRoutes,
        gateway,
        createdAt,
        updatedAt,
        revision);
  }
}
