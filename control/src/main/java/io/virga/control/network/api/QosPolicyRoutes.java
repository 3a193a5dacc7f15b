package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.QosPolicy;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.model.RbacPolicy.ObjectType;
import io.virga.control.network.model.Standard;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.QosStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** {@code /v2.0/qos/policies}: an administrator's to make, and everyone's to use who sees one. */
public final class QosPolicyRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final QosStore policies;
  private final RbacStore sharing;

  public QosPolicyRoutes(Database database, HostViews hosts, QosStore policies, RbacStore sharing) {
    this.database = database;
    this.hosts = hosts;
    this.policies = policies;
    this.sharing = sharing;
  }

  public List<Route> routes() {
    ResourceType<QosPolicy> type =
        ResourceType.of(
                new Names("qos/policies", "policy", "policies"),
                QosStore.TABLE,
                policies.rows(),
                List.of(
                    Attribute.of("name", QosPolicy::name).text("q.name"),
                    Attribute.<QosPolicy>of(
                        "rules",
                        policy ->
                            policy.rules().stream().map(QosRuleRoutes::withinPolicy).toList()),
                    Attribute.<QosPolicy>of("is_default", QosPolicy::isDefault)
                        .flag("q.is_default"),
                    Attribute.of("shared", QosPolicy::shared)
                        .filteredBy(RbacRoutes.sharedFilter("q"))))
            .changedByAdministrators();
    return new CollectionRoutes<>(database, hosts, type, this).routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    QosPolicy policy =
        new QosPolicy(
            Standard.ofNew(Ids.next(), Fields.project(request, body), Fields.description(body)),
            body.text("name", Fields.NAME_LENGTH),
            List.of(),
            body.flag("shared", false),
            body.flag("is_default", false));
    return policies
        .insert(transaction, policy)
        .onErrorMap(DuplicateKeyException.class, e -> secondDefault(policy))
        .then(Mono.defer(() -> sharing.open(transaction, opening(policy), policy.shared())))
        .thenReturn(policy.standard().id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return policies
        .find(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            before -> {
              QosPolicy after =
                  new QosPolicy(
                      Fields.described(before.standard(), body),
                      Fields.name(body, before.name()),
                      before.rules(),
                      body.flag("shared", before.shared()),
                      body.flag("is_default", before.isDefault()));
              return policies
                  .update(transaction, after)
                  .onErrorMap(DuplicateKeyException.class, e -> secondDefault(after))
                  .then(
                      after.shared() == before.shared()
                          ? Mono.empty()
                          : sharing
                              .open(transaction, opening(after), after.shared())
                              .then(Mono.defer(() -> refuseUnshared(transaction, after))));
            });
  }

  private Mono<Void> refuseUnshared(Transaction transaction, QosPolicy policy) {
    return sharing
        .unentitledUse(transaction, ObjectType.QOS_POLICY, policy.standard().id())
        .flatMap(
            project ->
                Mono.error(
                    ApiFault.conflict(
                            "QoS policy %s cannot be unshared: other projects use it."
                                .formatted(policy.name()))
                        .ofType("QosPolicyInUse")));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return policies
        .networks(transaction, id)
        .next()
        .flatMap(
            network ->
                Mono.<Void>error(
                    ApiFault.conflict(
                            "QoS Policy %s is used by network %s or a port of it."
                                .formatted(id, network))
                        .ofType("QosPolicyInUse")))
        .then(sharing.forget(transaction, id))
        .then(policies.delete(transaction, id));
  }

  private static ApiFault secondDefault(QosPolicy policy) {
    return ApiFault.conflict(
            "A default QoS policy exists for project " + policy.standard().projectId() + ".")
        .ofType("QosPolicyDefaultAlreadyExists");
  }

  private static RbacPolicy.Opening opening(QosPolicy policy) {
    return new RbacPolicy.Opening(
        policy.standard().projectId(),
        ObjectType.QOS_POLICY,
        policy.standard().id(),
        RbacPolicy.SHARED);
  }
}
