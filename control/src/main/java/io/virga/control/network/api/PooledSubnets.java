package io.virga.control.network.api;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.SubnetPool;
import io.virga.control.network.pool.PoolRules;
import io.virga.control.network.pool.PoolRules.Wish;
import io.virga.control.network.store.SubnetPoolStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Which block of addresses a new subnet gets, from a pool or as its body says. */
final class PooledSubnets {

  private final SubnetStore subnets;
  private final SubnetPoolStore pools;

  PooledSubnets(SubnetStore subnets, SubnetPoolStore pools) {
    this.subnets = subnets;
    this.pools = pools;
  }

  /**
   * A block of addresses.
   *
   * @param poolId the pool that it was cut from
   */
  record Block(IpPrefix prefix, Optional<UUID> poolId) {

    int version() {
      return prefix.version();
    }
  }

  /** The lock of the views must be held: it is what keeps two from getting the same block. */
  Mono<Block> allocate(
      Transaction transaction, ApiRequest request, JsonBody body, Network network) {
    Viewer viewer = Viewer.of(request.caller());
    return pool(transaction, viewer, body)
        .flatMap(pool -> cut(transaction, request, body, network, pool))
        .switchIfEmpty(Mono.fromSupplier(() -> named(body)))
        .flatMap(block -> checkAffinity(transaction, network, block).thenReturn(block));
  }

  private Mono<SubnetPool> pool(Transaction transaction, Viewer viewer, JsonBody body) {
    Optional<String> named = body.optionalText("subnetpool_id", Fields.NAME_LENGTH);
    if (named.isPresent()) {
      UUID id =
          Ids.parse(named.get()).orElseThrow(() -> ApiFault.notFound("SubnetPool", named.get()));
      return pools.find(transaction, viewer, id);
    }
    if (!body.flag("use_default_subnetpool", false)) {
      return Mono.empty();
    }
    int version = Fields.ipVersion(body);
    return pools
        .byDefault(transaction, viewer, version)
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest("No default subnetpool found for IPv" + version)
                        .ofType("BadRequest")));
  }

  private Mono<Block> cut(
      Transaction transaction,
      ApiRequest request,
      JsonBody body,
      Network network,
      SubnetPool pool) {
    if (Fields.ipVersion(body) != pool.ipVersion()) {
      throw Fields.invalid(
          "%s: subnet pool %s is of IPv%d"
              .formatted(body.at("ip_version"), pool.standard().id(), pool.ipVersion()));
    }
    Wish wish = wish(body);
    String project = Fields.project(request, body, network.projectId());
    return pools
        .taken(transaction, pool.standard().id())
        .collectList()
        .map(taken -> PoolRules.cut(pool, taken, project, wish))
        .map(prefix -> new Block(prefix, Optional.of(pool.standard().id())));
  }

  private static Wish wish(JsonBody body) {
    Optional<String> cidr = body.optionalText("cidr", Fields.NAME_LENGTH);
    Optional<Integer> length =
        body.optionalNumber("prefixlen", 0, IpAddress.width(6)).map(Math::toIntExact);
    if (cidr.isPresent() && length.isPresent()) {
      throw ApiFault.badRequest("cidr and prefixlen must not be supplied together")
          .ofType("BadRequest");
    }
    return cidr.<Wish>map(text -> new Wish.This(Fields.prefix(body.at("cidr"), text)))
        .orElseGet(() -> new Wish.Any(length));
  }

  private static Block named(JsonBody body) {
    if (body.member("prefixlen").isPresent()) {
      throw Fields.invalid(body.at("prefixlen") + ": needs a subnetpool_id");
    }
    return new Block(
        Fields.prefix(body.at("cidr"), body.text("cidr", Fields.NAME_LENGTH)), Optional.empty());
  }

  /** All subnets that a network has of one family are of one pool, or of none. */
  private Mono<Void> checkAffinity(Transaction transaction, Network network, Block block) {
    return subnets
        .ofNetworks(transaction, List.of(network.id()))
        .filter(other -> other.prefix().version() == block.version())
        .filter(other -> !other.subnetPoolId().equals(block.poolId()))
        .next()
        .flatMap(
            other ->
                Mono.error(
                    ApiFault.badRequest(
                            "Subnets hosted on the same network must be allocated from the same"
                                + " subnet pool.")
                        .ofType("NetworkSubnetPoolAffinityError")));
  }
}
