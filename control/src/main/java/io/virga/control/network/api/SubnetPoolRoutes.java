package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.AddressScope;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.model.RbacPolicy.ObjectType;
import io.virga.control.network.model.SubnetPool;
import io.virga.control.network.pool.PoolRules;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.store.AddressScopeStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.SubnetPoolStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** {@code /v2.0/subnetpools}. */
public final class SubnetPoolRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final SubnetPoolStore pools;
  private final AddressScopeStore scopes;
  private final RbacStore policies;
  private final Quota quota;

  public SubnetPoolRoutes(
      Database database,
      HostViews hosts,
      SubnetPoolStore pools,
      AddressScopeStore scopes,
      RbacStore policies,
      Quota quota) {
    this.database = database;
    this.hosts = hosts;
    this.pools = pools;
    this.scopes = scopes;
    this.policies = policies;
    this.quota = quota;
  }

  public List<Route> routes() {
    CollectionRoutes<SubnetPool> collection = new CollectionRoutes<>(database, hosts, type(), this);
    return Stream.concat(
            collection.routes().stream(),
            Stream.of(
                collection.action("add_prefixes", this::addPrefixes),
                collection.action("remove_prefixes", this::removePrefixes)))
        .toList();
  }

  private ResourceType<SubnetPool> type() {
    return ResourceType.of(
        ResourceType.Names.of("subnetpool"),
        SubnetPoolStore.TABLE,
        pools.rows(),
        List.of(
            Attribute.of("name", SubnetPool::name).text("o.name"),
            Attribute.of("ip_version", SubnetPool::ipVersion).number("o.ip_version"),
            Attribute.<SubnetPool>of(
                "prefixes", pool -> pool.prefixes().stream().map(IpPrefix::toString).toList()),
            Attribute.<SubnetPool>of(
                    "default_prefixlen", pool -> String.valueOf(pool.lengths().byDefault()))
                .number("o.default_prefixlen"),
            Attribute.<SubnetPool>of("min_prefixlen", pool -> String.valueOf(pool.lengths().min()))
                .number("o.min_prefixlen"),
            Attribute.<SubnetPool>of("max_prefixlen", pool -> String.valueOf(pool.lengths().max()))
                .number("o.max_prefixlen"),
            Attribute.of("default_quota", SubnetPool::quotaPerProject)
                .optionalNumber("o.default_quota"),
            Attribute.of("address_scope_id", SubnetPool::addressScopeId)
                .optionalId("o.address_scope_id"),
            Attribute.of("is_default", SubnetPool::isDefault).flag("o.is_default"),
            Attribute.of("shared", SubnetPool::shared).filteredBy(RbacRoutes.sharedFilter("o"))));
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    SubnetPool pool = SubnetPoolBodies.read(request, body);
    PoolRules.check(pool);
    RbacPolicy.Opening opening =
        new RbacPolicy.Opening(
            pool.standard().projectId(),
            ObjectType.SUBNETPOOL,
            pool.standard().id(),
            RbacPolicy.SHARED);
    return checkScope(transaction, request, pool)
        .then(quota.claim(transaction, pool.standard().projectId(), Resource.SUBNET_POOLS, 1))
        .then(Mono.defer(() -> pools.insert(transaction, pool)))
        .onErrorMap(DuplicateKeyException.class, e -> otherDefault(pool))
        .then(Mono.defer(() -> policies.open(transaction, opening, pool.shared())))
        .thenReturn(pool.standard().id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return pools
        .find(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            before ->
                write(
                    transaction, request, before, SubnetPoolBodies.changed(request, body, before)));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return pools
        .taken(transaction, id)
        .hasElements()
        .flatMap(
            used ->
                used
                    ? Mono.<SubnetPool>error(
                        ApiFault.badRequest(
                                "Unable to delete subnet pool: Subnet pool has existing"
                                    + " allocations.")
                            .ofType("SubnetPoolDeleteError"))
                    : pools.find(transaction, Viewer.EVERYTHING, id))
        .flatMap(
            pool ->
                policies
                    .forget(transaction, id)
                    .then(pools.delete(transaction, id))
                    .then(
                        quota.release(
                            transaction, pool.standard().projectId(), Resource.SUBNET_POOLS, 1)));
  }

  private Mono<Void> addPrefixes(
      Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return changePrefixes(
        transaction,
        request,
        id,
        body,
        (old, more) -> IpPrefix.compact(Stream.concat(old.stream(), more.stream()).toList()));
  }

  /** Only whole blocks of which nothing was cut. */
  private Mono<Void> removePrefixes(
      Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    List<IpPrefix> gone = SubnetPoolBodies.prefixes(body);
    return pools
        .taken(transaction, id)
        .filter(taken -> gone.stream().anyMatch(taken.prefix()::overlaps))
        .next()
        .flatMap(
            taken ->
                Mono.<Void>error(
                    ApiFault.badRequest(
                            "Illegal subnetpool update : subnet %s is allocated from it."
                                .formatted(taken.prefix()))
                        .ofType("IllegalSubnetPoolUpdate")))
        .then(
            changePrefixes(
                transaction,
                request,
                id,
                body,
                (old, less) -> {
                  List<IpPrefix> left = new ArrayList<>(old);
                  left.removeAll(less);
                  return left;
                }));
  }

  private Mono<Void> changePrefixes(
      Transaction transaction,
      ApiRequest request,
      UUID id,
      JsonBody body,
      BinaryOperator<List<IpPrefix>> change) {
    List<IpPrefix> named = SubnetPoolBodies.prefixes(body);
    return pools
        .find(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            before ->
                write(
                    transaction,
                    request,
                    before,
                    before.withPrefixes(change.apply(before.prefixes(), named))));
  }

  private Mono<Void> write(
      Transaction transaction, ApiRequest request, SubnetPool before, SubnetPool after) {
    PoolRules.check(after);
    boolean same =
        after.prefixes().equals(before.prefixes())
            && after.addressScopeId().equals(before.addressScopeId());
    return (same ? Mono.<Void>empty() : checkScope(transaction, request, after))
        .then(Mono.defer(() -> pools.update(transaction, after)))
        .onErrorMap(DuplicateKeyException.class, e -> otherDefault(after));
  }

  private Mono<Void> checkScope(Transaction transaction, ApiRequest request, SubnetPool pool) {
    Viewer viewer = Viewer.of(request.caller());
    return Mono.justOrEmpty(pool.addressScopeId())
        .flatMap(id -> scopes.find(transaction, viewer, id))
        .doOnNext(scope -> checkScope(viewer, pool, scope))
        .flatMap(
            scope ->
                pools
                    .ofScope(transaction, scope.standard().id(), pool.standard().id())
                    .collectList())
        .doOnNext(others -> PoolRules.checkScope(pool, others))
        .then();
  }

  /** The pools of a scope are its owner's to make. */
  private static void checkScope(Viewer viewer, SubnetPool pool, AddressScope scope) {
    if (!viewer.everything() && !scope.standard().projectId().equals(viewer.projectId())) {
      throw ApiFault.badRequest(
              "Illegal subnetpool association: subnetpool %s cannot be associated with address scope %s."
                  .formatted(pool.standard().id(), scope.standard().id()))
          .ofType("IllegalSubnetPoolAssociationToAddressScope");
    }
    if (scope.ipVersion() != pool.ipVersion()) {
      throw ApiFault.badRequest(
              """
              Illegal subnetpool association: subnetpool %s cannot associate with address scope %s \
              because subnetpool ip_version is not %d.\
              """
                  .formatted(pool.standard().id(), scope.standard().id(), scope.ipVersion()))
          .ofType("IllegalSubnetPoolIpVersionAssociationToAddressScope");
    }
  }

  private static ApiFault otherDefault(SubnetPool pool) {
    return ApiFault.badRequest(
            "A default subnetpool for this IP family has already been set. Only one default may"
                + " exist per IP family: IPv"
                + pool.ipVersion())
        .ofType("InvalidInput");
  }
}
