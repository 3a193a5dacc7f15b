package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.port.AutomaticAddresses;
import io.virga.control.network.port.PortLife.Stores;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.SubnetPoolStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** {@code /v2.0/subnets}. */
public final class SubnetRoutes implements Lifecycle {

  private final Database database;
  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final AddressStore addresses;
  private final AutomaticAddresses automatic;
  private final PooledSubnets pooled;
  private final HostViews hosts;
  private final Quota quota;

  public SubnetRoutes(
      Database database, Stores stores, SubnetPoolStore pools, HostViews hosts, Quota quota) {
    this.database = database;
    this.networks = stores.networks();
    this.subnets = stores.subnets();
    this.addresses = stores.addresses();
    this.automatic = new AutomaticAddresses(stores);
    this.pooled = new PooledSubnets(stores.subnets(), pools);
    this.hosts = hosts;
    this.quota = quota;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(database, hosts, SubnetAttributes.type(subnets.rows()), this)
        .routes();
  }

  /** The network's row is locked, so that two overlapping subnets cannot pass each other. */
  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    SubnetBodies.checkForm(body);
    return networks
        .lockOwned(transaction, viewer, Fields.id(body, "network_id", "Network"))
        .flatMap(
            network ->
                pooled
                    .allocate(transaction, request, body, network)
                    .map(block -> SubnetBodies.read(request, body, network, block)))
        .flatMap(subnet -> insert(transaction, subnet).thenReturn(subnet.id()));
  }

  private Mono<Void> insert(Transaction transaction, Subnet subnet) {
    return refuseOverlap(transaction, subnet)
        .then(quota.claim(transaction, subnet.projectId(), Resource.SUBNETS, 1))
        .then(hosts.lock(transaction))
        .then(Mono.defer(() -> automatic.holders(transaction, subnet)))
        .flatMap(
            holders ->
                hosts.changing(
                    transaction,
                    holders.scope(),
                    subnets.insert(transaction, subnet).then(automatic.give(transaction, holders))))
        .then(networks.revise(transaction, subnet.networkId()));
  }

  private Mono<Void> refuseOverlap(Transaction transaction, Subnet subnet) {
    IpPrefix cidr = subnet.prefix();
    return subnets
        .ofNetworks(transaction, List.of(subnet.networkId()))
        .filter(other -> other.prefix().overlaps(cidr))
        .next()
        .flatMap(
            other ->
                Mono.error(
                    Fields.invalid(
                        "Requested subnet with cidr: %s for network: %s overlaps with another subnet: %s (%s)."
                            .formatted(cidr, subnet.networkId(), other.id(), other.cidr()))));
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return subnets
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(before -> write(transaction, before, SubnetBodies.changed(body, before)));
  }

  private Mono<Void> write(Transaction transaction, Subnet before, Subnet after) {
    return Mono.justOrEmpty(before.gatewayIp())
        .filter(ip -> !after.gatewayIp().equals(before.gatewayIp()))
        .flatMap(
            ip ->
                addresses
                    .holder(transaction, before.id(), ip)
                    .flatMap(port -> Mono.<Void>error(gatewayInUse(ip, port))))
        .then(
            hosts.changing(
                transaction,
                Scope.ofNetwork(after.networkId()),
                Mono.defer(() -> subnets.update(transaction, after))))
        .then(networks.revise(transaction, after.networkId()));
  }

  private static ApiFault gatewayInUse(String ip, UUID port) {
    return ApiFault.conflict(
            "Current gateway ip %s already in use by port %s. Unable to update."
                .formatted(ip, port))
        .ofType("GatewayIpInUse");
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return subnets
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(subnet -> deleteUnused(transaction, subnet));
  }

  private Mono<Void> deleteUnused(Transaction transaction, Subnet subnet) {
    return hosts
        .lock(transaction)
        .then(Mono.defer(() -> automatic.holders(transaction, subnet)))
        .flatMap(
            holders ->
                automatic
                    .takeBack(transaction, holders)
                    .then(Mono.defer(() -> refuseUsed(transaction, subnet)))
                    .then(
                        hosts.changing(
                            transaction,
                            holders.scope(),
                            Mono.defer(() -> subnets.delete(transaction, subnet.id())))))
        .then(networks.revise(transaction, subnet.networkId()))
        .then(quota.release(transaction, subnet.projectId(), Resource.SUBNETS, 1));
  }

  private Mono<Void> refuseUsed(Transaction transaction, Subnet subnet) {
    return subnets
        .addressesInUse(transaction, subnet.id())
        .filter(used -> used > 0)
        .flatMap(
            used ->
                Mono.error(
                    ApiFault.conflict(
                            "Unable to complete operation on subnet "
                                + subnet.id()
                                + ": One or more ports have an IP allocation from this subnet.")
                        .ofType("SubnetInUse")));
  }
}
