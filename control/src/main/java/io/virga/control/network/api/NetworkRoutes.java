package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.router.RouterStores;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.QosStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/networks}. */
public final class NetworkRoutes implements Lifecycle {

  private final Database database;
  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final FloatingIps floatingIps;
  private final RbacStore policies = new RbacStore();
  private final QosStore qos = new QosStore();
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
    Network asked = NetworkBodies.read(request, body);
    if (body.has("qos_policy_id")) {
      return checkQos(transaction, request, Optional.empty(), asked.qosPolicyId())
          .then(Mono.defer(() -> create(transaction, asked)));
    }
    return qos.defaultOf(transaction, asked.projectId())
        .map(asked::limitedBy)
        .defaultIfEmpty(asked)
        .flatMap(network -> create(transaction, network));
  }

  private Mono<UUID> create(Transaction transaction, Network network) {
    return quota
        .claim(transaction, network.projectId(), Resource.NETWORKS, 1)
        .then(Mono.defer(() -> networks.insert(transaction, network)))
        .onErrorMap(DuplicateKeyException.class, e -> segmentInUse(network))
        .thenReturn(network.id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return networks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(
            before -> {
              Network after = NetworkBodies.changed(request, body, before);
              return checkQos(transaction, request, before.qosPolicyId(), after.qosPolicyId())
                  .then(Mono.defer(() -> write(transaction, before, after)));
            });
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return networks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(network -> deleteUnused(transaction, network));
  }

  private Mono<Void> write(Transaction transaction, Network before, Network after) {
    return refuseTurning(transaction, before, after)
        .then(
            hosts.changing(
                transaction,
                Scope.ofNetwork(after.id()),
                Mono.defer(() -> networks.update(transaction, after))))
        .then(Mono.defer(() -> reopen(transaction, before, after)));
  }

  private Mono<Void> reopen(Transaction transaction, Network before, Network after) {
    Mono<Void> shared =
        before.shared() == after.shared()
            ? Mono.empty()
            : policies
                .open(transaction, NetworkStore.opening(after, RbacPolicy.SHARED), after.shared())
                .then(Mono.defer(() -> refuseUnshared(transaction, after)));
    Mono<Void> external =
        before.external() == after.external()
            ? Mono.empty()
            : policies.open(
                transaction, NetworkStore.opening(after, RbacPolicy.EXTERNAL), after.external());
    return shared.then(external);
  }

  private Mono<Void> refuseUnshared(Transaction transaction, Network network) {
    return policies
        .unentitledUse(transaction, RbacPolicy.ObjectType.NETWORK, network.id())
        .flatMap(
            project ->
                Mono.error(
                    ApiFault.conflict(
                            "Unable to reconfigure sharing settings for network %s. Multiple tenants are using it."
                                .formatted(network.name()))
                        .ofType("InvalidSharedSetting")));
  }

  private Mono<Void> checkQos(
      Transaction transaction, ApiRequest request, Optional<UUID> before, Optional<UUID> after) {
    return qos.checkChange(transaction, Viewer.of(request.caller()), before, after);
  }

  /** What leads out by a network, or joins it to others, needs it to stay as it is. */
  private Mono<Void> refuseTurning(Transaction transaction, Network before, Network after) {
    if (before.external() == after.external()) {
      return Mono.empty();
    }
    List<String> owners =
        before.external()
            ? List.of(DeviceOwner.ROUTER_GATEWAY, DeviceOwner.FLOATING_IP)
            : List.of(DeviceOwner.ROUTER_INTERFACE);
    return ports
        .isOwnedOn(transaction, before.id(), owners)
        .filter(Boolean::booleanValue)
        .flatMap(
            some ->
                Mono.error(
                    ApiFault.conflict(
                            "Network %s cannot be made %s, since it has ports of %s."
                                .formatted(
                                    before.id(),
                                    after.external() ? "external" : "non-external",
                                    String.join(" or ", owners)))
                        .ofType("ExternalNetworkInUse")));
  }

  private static ApiFault segmentInUse(Network network) {
    return switch (network.type()) {
      case "flat" -> inUse("FlatNetworkInUse", "flat network. Physical network %s", network);
      case "vlan" -> inUse("VlanIdInUse", "network. The VLAN on physical network %s", network);
      default -> inUse("TunnelIdInUse", "network. The tunnel ID %s", network);
    };
  }

  private static ApiFault inUse(String type, String what, Network network) {
    String which =
        network
            .provider()
            .map(
                wire ->
                    wire.physicalNetwork() + wire.vlan().map(vlan -> " with ID " + vlan).orElse(""))
            .orElse(String.valueOf(network.vni()));
    return ApiFault.conflict("Unable to create the " + what.formatted(which) + " is in use.")
        .ofType(type);
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
                  .then(policies.forget(transaction, network.id()))
                  .then(networks.delete(transaction, network.id()))
                  .then(quota.release(transaction, network.projectId(), Resource.NETWORKS, 1));
            });
  }
}
