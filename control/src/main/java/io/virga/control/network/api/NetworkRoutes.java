package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.Network;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.router.RouterStores;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/networks}. */
public final class NetworkRoutes implements Lifecycle {

  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65_535;
  private static final int DEFAULT_MTU = 1450;

  private final Database database;
  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final FloatingIps floatingIps;
  private final HostViews hosts;
  private final Quota quota;

  public NetworkRoutes(
      Database database,
      RouterStores stores,
      FloatingIps floatingIps,
      HostViews hosts,
      Quota quota) {
    this.database = database;
    this.networks = stores.networks();
    this.subnets = stores.subnets();
    this.ports = stores.ports();
    this.floatingIps = floatingIps;
    this.hosts = hosts;
    this.quota = quota;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(database, hosts, NetworkAttributes.type(networks.rows()), this)
        .routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Network network = newNetwork(request, body);
    return quota
        .claim(transaction, network.projectId(), Resource.NETWORKS, 1)
        .then(Mono.defer(() -> networks.insert(transaction, network)))
        .thenReturn(network.id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return networks
        .find(transaction, Viewer.EVERYTHING, id)
        .map(before -> changed(request, body, before))
        .flatMap(after -> write(transaction, after));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return networks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(network -> deleteUnused(transaction, network));
  }

  private Mono<Void> write(Transaction transaction, Network after) {
    return hosts.changing(
        transaction, Scope.ofNetwork(after.id()), networks.update(transaction, after));
  }

  private Mono<Void> deleteUnused(Transaction transaction, Network network) {
    return floatingIps
        .deleteUnused(transaction, network.id())
        .then(ports.countOnNetwork(transaction, network.id()))
        .flatMap(
            count -> {
              if (count > 0) {
                return Mono.error(
                    ApiFault.conflict(
                            "Unable to complete operation on network "
                                + network.id()
                                + ". There are one or more ports still in use on the network.")
                        .ofType("NetworkInUse"));
              }
              return subnets
                  .ofNetworks(transaction, List.of(network.id()))
                  .collectList()
                  .flatMapMany(Flux::fromIterable)
                  .concatMap(
                      subnet ->
                          subnets
                              .delete(transaction, subnet.id())
                              .then(
                                  quota.release(
                                      transaction, subnet.projectId(), Resource.SUBNETS, 1)))
                  .then(networks.delete(transaction, network.id()))
                  .then(quota.release(transaction, network.projectId(), Resource.NETWORKS, 1));
            });
  }

  private static Network newNetwork(ApiRequest request, JsonBody body) {
    return new Network(
        Ids.next(),
        Fields.project(request, body),
        Fields.name(body),
        Fields.description(body),
        body.flag("admin_state_up", true),
        Fields.adminFlag(request, body, "shared", false),
        Fields.adminFlag(request, body, "router:external", false),
        body.flag("port_security_enabled", true),
        body.optionalNumber("mtu", MIN_MTU, MAX_MTU).map(Math::toIntExact).orElse(DEFAULT_MTU),
        0,
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static Network changed(ApiRequest request, JsonBody body, Network before) {
    return new Network(
        before.id(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        body.flag("admin_state_up", before.adminStateUp()),
        Fields.adminFlag(request, body, "shared", before.shared()),
        Fields.adminFlag(request, body, "router:external", before.external()),
        body.flag("port_security_enabled", before.portSecurityEnabled()),
        body.optionalNumber("mtu", MIN_MTU, MAX_MTU).map(Math::toIntExact).orElse(before.mtu()),
        before.vni(),
        before.subnetIds(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }
}
