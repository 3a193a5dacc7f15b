package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Router;
import io.virga.control.network.model.Router.Route;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SubnetStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Static routes of routers. */
public final class ExtraRoutes {

  /** The most that a router has. */
  public static final int MAX_ROUTES = 100;

  private final SubnetStore subnets;
  private final PortStore ports;

  public ExtraRoutes(RouterStores stores) {
    this.subnets = stores.subnets();
    this.ports = stores.ports();
  }

  /** Fails with bad request unless each leads to a neighbour of the router. */
  Mono<Void> check(Transaction transaction, Router router) {
    if (router.routes().isEmpty()) {
      return Mono.empty();
    }
    if (router.routes().size() > MAX_ROUTES) {
      return Mono.error(RouterFaults.tooManyRoutes(router.id(), MAX_ROUTES));
    }
    return subnets
        .ofRouter(transaction, router.id())
        .collectList()
        .flatMap(
            connected ->
                ports
                    .ofRouters(transaction, List.of(router.id()))
                    .flatMapIterable(Port::addresses)
                    .collectList()
                    .flatMap(addresses -> check(router, connected, new HashSet<>(addresses))));
  }

  /** Whether a route's next hop is on the subnet. */
  static boolean leadsThrough(Route route, Subnet subnet) {
    return IpAddress.parse(route.nexthop()).filter(subnet.prefix()::contains).isPresent();
  }

  private static Mono<Void> check(Router router, List<Subnet> connected, Set<String> own) {
    router.gateway().ifPresent(g -> g.addresses().forEach(ip -> own.add(ip.ipAddress())));
    for (Route route : router.routes()) {
      if (route.destination().contains(":") != route.nexthop().contains(":")) {
        return Mono.error(RouterFaults.route(route, "the nexthop is of the other family"));
      }
      if (connected.stream().noneMatch(subnet -> leadsThrough(route, subnet))) {
        return Mono.error(RouterFaults.route(route, "the nexthop is not connected with router"));
      }
      if (own.contains(route.nexthop())) {
        return Mono.error(RouterFaults.route(route, "the nexthop is used by router"));
      }
    }
    return Mono.empty();
  }
}
