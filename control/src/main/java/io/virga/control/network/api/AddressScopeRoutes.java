package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.AddressScope;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.model.RbacPolicy.ObjectType;
import io.virga.control.network.model.Standard;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.AddressScopeStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.SubnetPoolStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** {@code /v2.0/address-scopes}. */
public final class AddressScopeRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final AddressScopeStore scopes;
  private final SubnetPoolStore pools;
  private final RbacStore policies;
  private final Quota quota;

  public AddressScopeRoutes(
      Database database,
      HostViews hosts,
      AddressScopeStore scopes,
      SubnetPoolStore pools,
      RbacStore policies,
      Quota quota) {
    this.database = database;
    this.hosts = hosts;
    this.scopes = scopes;
    this.pools = pools;
    this.policies = policies;
    this.quota = quota;
  }

  public List<Route> routes() {
    ResourceType<AddressScope> type =
        ResourceType.of(
            new Names("address-scopes", "address_scope", "address_scopes"),
            AddressScopeStore.TABLE,
            scopes.rows(),
            List.of(
                Attribute.of("name", AddressScope::name).text("a.name"),
                Attribute.of("ip_version", AddressScope::ipVersion).number("a.ip_version"),
                Attribute.of("shared", AddressScope::shared)
                    .filteredBy(RbacRoutes.sharedFilter("a"))));
    return new CollectionRoutes<>(database, hosts, type, this).routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    UUID id = Ids.next();
    AddressScope scope =
        new AddressScope(
            Standard.ofNew(id, Fields.project(request, body), Fields.description(body)),
            body.text("name", Fields.NAME_LENGTH),
            Fields.ipVersion(body),
            Fields.adminFlag(request, body, "shared", false));
    return quota
        .claim(transaction, scope.standard().projectId(), Resource.ADDRESS_SCOPES, 1)
        .then(Mono.defer(() -> scopes.insert(transaction, scope)))
        .then(Mono.defer(() -> policies.open(transaction, opening(scope), scope.shared())))
        .thenReturn(id);
  }

  /** What is shared stays so: the pools of others may be in it. */
  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return scopes
        .find(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            before -> {
              boolean shared = Fields.adminFlag(request, body, "shared", before.shared());
              if (before.shared() && !shared) {
                throw ApiFault.badRequest(
                        "Unable to update address scope %s: Shared address scope can't be unshared"
                            .formatted(id))
                    .ofType("AddressScopeUpdateError");
              }
              if (body.has("ip_version")) {
                throw Fields.readOnly(body, "ip_version");
              }
              AddressScope after =
                  new AddressScope(
                      Fields.described(before.standard(), body),
                      Fields.name(body, before.name()),
                      before.ipVersion(),
                      shared);
              return scopes
                  .update(transaction, after)
                  .then(
                      shared == before.shared()
                          ? Mono.empty()
                          : policies.open(transaction, opening(after), true));
            });
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return pools
        .ofScope(transaction, id, id)
        .hasElements()
        .flatMap(
            used ->
                used
                    ? Mono.error(
                        ApiFault.conflict(
                                ("Unable to complete operation on address scope %s. There are one"
                                        + " or more subnet pools in use on the address scope")
                                    .formatted(id))
                            .ofType("AddressScopeInUse"))
                    : forget(transaction, id));
  }

  private Mono<Void> forget(Transaction transaction, UUID id) {
    return scopes
        .find(transaction, Viewer.EVERYTHING, id)
        .map(scope -> scope.standard().projectId())
        .flatMap(
            project ->
                policies
                    .forget(transaction, id)
                    .then(scopes.delete(transaction, id))
                    .then(quota.release(transaction, project, Resource.ADDRESS_SCOPES, 1)));
  }

  private static RbacPolicy.Opening opening(AddressScope scope) {
    return new RbacPolicy.Opening(
        scope.standard().projectId(),
        ObjectType.ADDRESS_SCOPE,
        scope.standard().id(),
        RbacPolicy.SHARED);
  }
}
