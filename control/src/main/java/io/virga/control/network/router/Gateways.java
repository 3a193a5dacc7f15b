package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Router;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The ports of routers on external networks. */
public final class Gateways {

  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final RouterStore routers;
  private final FloatingIpStore floatingIps;
  private final PortLife life;

  public Gateways(RouterStores stores, PortLife life) {
    this.networks = stores.networks();
    this.subnets = stores.subnets();
    this.ports = stores.ports();
    this.routers = stores.routers();
    this.floatingIps = stores.floatingIps();
    this.life = life;
  }

  /** Leads the router to the network; it keeps its port if it leads there already. */
  Mono<Void> set(Transaction transaction, Viewer viewer, Router router, GatewayWish wish) {
    return networks
        .find(transaction, viewer, wish.networkId())
        .flatMap(
            network -> {
              if (!network.external()) {
                return Mono.error(
                    RouterFaults.badRequest(
                        "Network " + network.id() + " is not an external network"));
              }
              return router
                  .gateway()
                  .filter(gateway -> gateway.networkId().equals(network.id()))
                  .map(gateway -> keep(transaction, router, gateway, wish))
                  .orElseGet(
                      () ->
                          clear(transaction, router)
                              .then(Mono.defer(() -> make(transaction, router, network, wish))));
            });
  }

  /** Takes the gateway away, if the router has one. */
  Mono<Void> clear(Transaction transaction, Router router) {
    return Mono.justOrEmpty(router.gateway())
        .flatMap(
            gateway ->
                refuseNeeded(transaction, router, gateway)
                    .then(routers.setGateway(transaction, router.id(), Optional.empty(), true))
                    .then(ports.find(transaction, Viewer.EVERYTHING, gateway.portId()))
                    .flatMap(port -> life.delete(transaction, port)));
  }

  private Mono<Void> keep(
      Transaction transaction, Router router, Router.Gateway gateway, GatewayWish wish) {
    Mono<Void> moved =
        wish.fixedIps().isEmpty()
            ? Mono.empty()
            : ports
                .find(transaction, Viewer.EVERYTHING, gateway.portId())
                .flatMap(port -> life.update(transaction, port, port, wish.fixedIps()))
                .then();
    return moved.then(
        Mono.defer(
            () ->
                routers.setGateway(
                    transaction, router.id(), Optional.of(gateway.portId()), wish.snat())));
  }

  private Mono<Void> make(
      Transaction transaction, Router router, Network network, GatewayWish wish) {
    PortDraft draft =
        PortDraft.external(
            network.id(), wish.fixedIps(), router.id().toString(), DeviceOwner.ROUTER_GATEWAY);
    return refuseOverlap(transaction, router, network)
        .then(Mono.defer(() -> life.create(transaction, Viewer.EVERYTHING, draft)))
        .flatMap(
            made ->
                routers.setGateway(
                    transaction, router.id(), Optional.of(made.port().id()), wish.snat()));
  }

  private Mono<Void> refuseOverlap(Transaction transaction, Router router, Network network) {
    return subnets
        .ofRouter(transaction, router.id())
        .collectList()
        .flatMap(
            there ->
                subnets
                    .ofNetworks(transaction, List.of(network.id()))
                    .collectList()
                    .flatMap(asked -> ConnectedSubnets.refuseOverlap(asked, there)));
  }

  private Mono<Void> refuseNeeded(Transaction transaction, Router router, Router.Gateway gateway) {
    return floatingIps
        .ofRouters(transaction, List.of(router.id()))
        .hasElements()
        .flatMap(
            some ->
                some
                    ? Mono.error(RouterFaults.gatewayNeeded(router.id(), gateway.networkId()))
                    : Mono.empty());
  }
}
