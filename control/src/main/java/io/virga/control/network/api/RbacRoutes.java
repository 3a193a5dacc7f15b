package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.model.RbacPolicy.ObjectType;
import io.virga.control.network.model.Standard;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Filter;
import io.virga.control.network.resource.Filters;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.Sharing;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** {@code /v2.0/rbac-policies}. */
public final class RbacRoutes implements Lifecycle {

  private static final int TARGET_LENGTH = 255;

  private final Database database;
  private final HostViews hosts;
  private final RbacStore policies;
  private final NetworkStore networks = new NetworkStore();
  private final Quota quota;

  public RbacRoutes(Database database, HostViews hosts, RbacStore policies, Quota quota) {
    this.database = database;
    this.hosts = hosts;
    this.policies = policies;
    this.quota = quota;
  }

  /** Lists by whether the thing under the alias is shared with who asks. */
  static Filter sharedFilter(String alias) {
    return Filters.flag("(" + Sharing.shared(alias) + ")");
  }

  public List<Route> routes() {
    ResourceType<RbacPolicy> type =
        ResourceType.plain(
            new Names("rbac-policies", "rbac_policy", "rbac_policies"),
            RbacStore.TABLE,
            policies.rows(),
            List.of(
                Attribute.<RbacPolicy>of("object_type", policy -> policy.objectType().word())
                    .text("b.object_type"),
                Attribute.of("object_id", RbacPolicy::objectId).id("b.object_id"),
                Attribute.of("action", RbacPolicy::action).text("b.action"),
                Attribute.of("target_tenant", RbacPolicy::target).text("b.target_project")));
    return new CollectionRoutes<>(database, hosts, type, this).routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    RbacPolicy policy = read(request, body);
    Viewer viewer = Viewer.of(request.caller());
    return policies
        .ownerOf(transaction, policy.objectType(), policy.objectId())
        .filter(owner -> viewer.everything() || owner.equals(viewer.projectId()))
        .switchIfEmpty(
            Mono.error(
                () -> ApiFault.notFound(policy.objectType().word(), policy.objectId().toString())))
        .then(checkExternal(transaction, policy))
        .then(quota.claim(transaction, policy.standard().projectId(), Resource.RBAC_POLICIES, 1))
        .then(Mono.defer(() -> policies.insert(transaction, policy)))
        .onErrorMap(DuplicateKeyException.class, e -> duplicate(policy))
        .thenReturn(policy.standard().id());
  }

  /** The target alone changes; what the old one uses by the policy keeps it. */
  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    body.allowOnly("target_tenant");
    String target = target(request, body);
    return policies
        .find(transaction, Viewer.of(request.caller()), id)
        .filter(before -> !before.target().equals(target))
        .flatMap(
            before ->
                policies
                    .update(transaction, before.openedTo(target))
                    .onErrorMap(
                        DuplicateKeyException.class, e -> duplicate(before.openedTo(target)))
                    .then(Mono.defer(() -> refuseUsed(transaction, before))));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return policies
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(
            policy ->
                policies
                    .delete(transaction, id)
                    .then(
                        quota.release(
                            transaction, policy.standard().projectId(), Resource.RBAC_POLICIES, 1))
                    .then(Mono.defer(() -> refuseUsed(transaction, policy))));
  }

  /** Looked at when the policy is gone: nobody may be left who uses the thing without one. */
  private Mono<Void> refuseUsed(Transaction transaction, RbacPolicy policy) {
    return policies
        .unentitledUse(transaction, policy)
        .flatMap(
            project ->
                Mono.error(
                    ApiFault.conflict(
                            """
                            RBAC policy on object %s cannot be removed because other objects depend \
                            on it. Details: project %s uses it.\
                            """
                                .formatted(policy.objectId(), project))
                        .ofType("RbacPolicyInUse")));
  }

  private static RbacPolicy read(ApiRequest request, JsonBody body) {
    String word =
        body.optionalChoice(
                "object_type", Arrays.stream(ObjectType.values()).map(ObjectType::word).toList())
            .orElseThrow(() -> Fields.invalid(body.at("object_type") + ": is required"));
    ObjectType type = ObjectType.valueOf(word.toUpperCase(Locale.ROOT));
    String action = body.text("action", Fields.NAME_LENGTH);
    if (!type.actions().contains(action)) {
      throw ApiFault.badRequest(
              "Invalid action '%s' for object type '%s'. Valid actions: %s"
                  .formatted(action, word, String.join(", ", type.actions())))
          .ofType("InvalidInput");
    }
    return new RbacPolicy(
        Standard.ofNew(Ids.next(), Fields.project(request, body), ""),
        type,
        Fields.id(body, "object_id", word),
        action,
        target(request, body));
  }

  private static String target(ApiRequest request, JsonBody body) {
    String target = body.text("target_tenant", TARGET_LENGTH);
    if (target.equals(RbacPolicy.EVERYONE) && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          body.at("target_tenant") + ": only an administrator may open a thing to everyone.");
    }
    return target;
  }

  /** A network is made external first, which opens it to everyone, and then to some alone. */
  private Mono<Void> checkExternal(Transaction transaction, RbacPolicy policy) {
    if (!policy.action().equals(RbacPolicy.EXTERNAL)) {
      return Mono.empty();
    }
    return networks
        .find(transaction, Viewer.EVERYTHING, policy.objectId())
        .doOnNext(
            network -> {
              if (!network.external()) {
                throw Fields.invalid("network " + network.id() + " is not external");
              }
            })
        .then();
  }

  private static ApiFault duplicate(RbacPolicy policy) {
    return ApiFault.conflict(
            "An RBAC policy already exists with those values: %s of %s for %s."
                .formatted(policy.action(), policy.objectId(), policy.target()))
        .ofType("DuplicateRbacPolicy");
  }
}
