package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.address.Ipv4Network;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/subnets}. */
public final class SubnetRoutes {

  private final Database database;
  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final AddressStore addresses;
  private final HostViews hosts;
  private final Quota quota;

  public SubnetRoutes(
      Database database,
      NetworkStore networks,
      SubnetStore subnets,
      AddressStore addresses,
      HostViews hosts,
      Quota quota) {
    this.database = database;
    this.networks = networks;
    this.subnets = subnets;
    this.addresses = addresses;
    this.hosts = hosts;
    this.quota = quota;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/subnets", Rule.READER, this::list),
        Route.post("/v2.0/subnets", Rule.MEMBER, this::create),
        Route.get("/v2.0/subnets/{id}", Rule.READER, this::show),
        Route.put("/v2.0/subnets/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.0/subnets/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Listing.reply(
        request, "subnets", subnets.list(database, Viewer.of(request.caller())).map(Views::subnet));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return subnets
        .find(database, Viewer.of(request.caller()), request.id("id", "Subnet"))
        .flatMap(subnet -> Replies.ok(View.of("subnet", Views.subnet(subnet))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> SubnetBodies.read(request, body.object("subnet")))
        .flatMap(
            subnet ->
                database.inTransaction(
                    transaction -> insert(transaction, Viewer.of(request.caller()), subnet)))
        .flatMap(made -> Replies.created(View.of("subnet", Views.subnet(made))));
  }

  /** The network's row is locked, so that two overlapping subnets cannot pass each other. */
  private Mono<Subnet> insert(Transaction transaction, Viewer viewer, Subnet subnet) {
    return hosts
        .lock(transaction)
        .then(networks.lockOwned(transaction, viewer, subnet.networkId()))
        .then(refuseOverlap(transaction, subnet))
        .then(quota.claim(transaction, subnet.projectId(), Resource.SUBNETS, 1))
        .then(
            hosts.changing(
                transaction,
                Scope.ofNetwork(subnet.networkId()),
                Mono.defer(() -> subnets.insert(transaction, subnet))))
        .then(subnets.find(transaction, viewer, subnet.id()));
  }

  private Mono<Void> refuseOverlap(Transaction transaction, Subnet subnet) {
    Ipv4Network cidr = Ipv4Network.parse(subnet.cidr()).orElseThrow();
    return subnets
        .ofNetworks(transaction, List.of(subnet.networkId()))
        .filter(other -> Ipv4Network.parse(other.cidr()).orElseThrow().overlaps(cidr))
        .next()
        .flatMap(
            other ->
                Mono.error(
                    Fields.invalid(
                        "Requested subnet with cidr: %s for network: %s overlaps with another subnet: %s (%s)."
                            .formatted(cidr, subnet.networkId(), other.id(), other.cidr()))));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "Subnet");
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> body.object("subnet"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        owned(transaction, viewer, id)
                            .flatMap(
                                before ->
                                    write(transaction, before, SubnetBodies.changed(body, before)))
                            .then(subnets.find(transaction, viewer, id))))
        .flatMap(subnet -> Replies.ok(View.of("subnet", Views.subnet(subnet))));
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
                Mono.defer(() -> subnets.update(transaction, after))));
  }

  private static ApiFault gatewayInUse(String ip, UUID port) {
    return ApiFault.conflict(
            "Current gateway ip %s already in use by port %s. Unable to update."
                .formatted(ip, port))
        .ofType("GatewayIpInUse");
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Subnet");
    Viewer viewer = Viewer.of(request.caller());
    return database
        .inTransaction(
            transaction ->
                owned(transaction, viewer, id).flatMap(subnet -> deleteUnused(transaction, subnet)))
        .then(Replies.noContent());
  }

  private Mono<Void> deleteUnused(Transaction transaction, Subnet subnet) {
    return subnets
        .addressesInUse(transaction, subnet.id())
        .flatMap(
            used ->
                used > 0
                    ? Mono.error(
                        ApiFault.conflict(
                                "Unable to complete operation on subnet "
                                    + subnet.id()
                                    + ": One or more ports have an IP allocation from this subnet.")
                            .ofType("SubnetInUse"))
                    : hosts.changing(
                        transaction,
                        Scope.ofNetwork(subnet.networkId()),
                        subnets.delete(transaction, subnet.id())))
        .then(quota.release(transaction, subnet.projectId(), Resource.SUBNETS, 1));
  }

  private Mono<Subnet> owned(Transaction transaction, Viewer viewer, UUID id) {
    return hosts
        .lock(transaction)
        .then(subnets.find(transaction, viewer, id))
        .flatMap(
            subnet ->
                networks
                    .lockOwned(transaction, viewer, subnet.networkId())
                    .then(subnets.find(transaction, viewer, id)));
  }
}
