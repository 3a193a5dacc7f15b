package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.Router;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** How routers come to be, change and go; hosts are told in the same transaction. */
public final class RouterLife {

  private final RouterStore routers;
  private final PortStore ports;
  private final Gateways gateways;
  private final ExtraRoutes extraRoutes;
  private final HostViews hosts;
  private final Quota quota;

  public RouterLife(
      RouterStores stores,
      Gateways gateways,
      ExtraRoutes extraRoutes,
      HostViews hosts,
      Quota quota) {
    this.routers = stores.routers();
    this.ports = stores.ports();
    this.gateways = gateways;
    this.extraRoutes = extraRoutes;
    this.hosts = hosts;
    this.quota = quota;
  }

  /** Makes a router that has no gateway yet, and then one if it is wished for. */
  public Mono<Router> create(
      Transaction transaction, Viewer viewer, Router router, RouterChange change) {
    return hosts
        .lock(transaction)
        .then(quota.claim(transaction, router.projectId(), Resource.ROUTERS, 1))
        .then(Mono.defer(() -> routers.insert(transaction, router)))
        .then(Mono.defer(() -> change(transaction, viewer, router.id(), change)));
  }

  public Mono<Router> update(Transaction transaction, Viewer viewer, UUID id, RouterChange change) {
    return hosts.lock(transaction).then(Mono.defer(() -> change(transaction, viewer, id, change)));
  }

  public Mono<Void> delete(Transaction transaction, Viewer viewer, UUID id) {
    return hosts
        .lock(transaction)
        .then(routers.find(transaction, viewer, id))
        .flatMap(
            router ->
                hosts.changing(
                    transaction,
                    Scope.ofRouters(Set.of(id)),
                    refuseInUse(transaction, id)
                        .then(Mono.defer(() -> gateways.clear(transaction, router)))
                        .then(Mono.defer(() -> routers.delete(transaction, id)))
                        .then(
                            quota.release(transaction, router.projectId(), Resource.ROUTERS, 1))));
  }

  private Mono<Router> change(
      Transaction transaction, Viewer viewer, UUID id, RouterChange change) {
    return routers
        .find(transaction, viewer, id)
        .flatMap(
            before ->
                hosts.changing(
                    transaction,
                    Scope.ofRouters(Set.of(id)),
                    routers
                        .update(transaction, change.attributes().apply(before))
                        .then(
                            Mono.defer(() -> changeGateway(transaction, viewer, before, change)))))
        .then(routers.find(transaction, viewer, id))
        .flatMap(router -> extraRoutes.check(transaction, router).thenReturn(router));
  }

  private Mono<Void> changeGateway(
      Transaction transaction, Viewer viewer, Router router, RouterChange change) {
    return Mono.justOrEmpty(change.gateway())
        .flatMap(
            to ->
                to.wish()
                    .map(wish -> gateways.set(transaction, viewer, router, wish))
                    .orElseGet(() -> gateways.clear(transaction, router)));
  }

  private Mono<Void> refuseInUse(Transaction transaction, UUID id) {
    return ports
        .ofRouters(transaction, List.of(id))
        .hasElements()
        .flatMap(some -> some ? Mono.error(RouterFaults.inUse(id)) : Mono.empty());
  }
}
