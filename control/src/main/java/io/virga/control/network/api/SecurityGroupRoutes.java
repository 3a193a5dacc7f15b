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
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.port.DefaultGroups;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import reactor.core.publisher.Mono;

/** {@code /v2.0/security-groups}. */
public final class SecurityGroupRoutes implements Lifecycle {

  private final Database database;
  private final SecurityGroupStore groups;
  private final DefaultGroups defaultGroups;
  private final HostViews hosts;
  private final RbacStore policies;
  private final Quota quota;

  public SecurityGroupRoutes(
      Database database,
      SecurityGroupStore groups,
      DefaultGroups defaultGroups,
      HostViews hosts,
      RbacStore policies,
      Quota quota) {
    this.database = database;
    this.groups = groups;
    this.defaultGroups = defaultGroups;
    this.hosts = hosts;
    this.policies = policies;
    this.quota = quota;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(database, hosts, SecurityGroupAttributes.groups(groups), this)
        .routes();
  }

  /** A project's default group is there as soon as someone looks. */
  @Override
  public Mono<Void> beforeList(ApiRequest request) {
    return database
        .inTransaction(transaction -> defaultGroups.idOf(transaction, request.projectId()))
        .then();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    SecurityGroup group = newGroup(request, body);
    return defaultGroups
        .idOf(transaction, group.projectId())
        .then(Mono.defer(() -> groups.insert(transaction, group)))
        .then(Mono.defer(() -> defaultGroups.fill(transaction, group)))
        .then(Mono.just(group.id()));
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    return groups
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(before -> change(transaction, body, before));
  }

  private Mono<Void> change(Transaction transaction, JsonBody body, SecurityGroup before) {
    String name = body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name());
    boolean isDefault = before.name().equals(SecurityGroup.DEFAULT_NAME);
    if (isDefault != name.equals(SecurityGroup.DEFAULT_NAME)) {
      throw defaultNameIsTaken();
    }
    String description =
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description());
    boolean stateful = body.flag("stateful", before.stateful());
    return hosts.changing(
        transaction,
        Scope.ofGroups(Set.of(before.id())),
        Mono.defer(() -> groups.update(transaction, before.id(), name, description, stateful)));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    Viewer viewer = Viewer.of(request.caller());
    return groups
        .find(transaction, viewer, id)
        .flatMap(group -> deleteUnused(transaction, viewer, group));
  }

  private Mono<Void> deleteUnused(Transaction transaction, Viewer viewer, SecurityGroup group) {
    if (group.name().equals(SecurityGroup.DEFAULT_NAME) && !viewer.everything()) {
      return Mono.error(
          ApiFault.conflict("Removing the default security group is not allowed.")
              .ofType("SecurityGroupCannotRemoveDefault"));
    }
    return quota
        .release(
            transaction,
            group.projectId(),
            Map.of(
                Resource.SECURITY_GROUPS,
                1L,
                Resource.SECURITY_GROUP_RULES,
                (long) group.rules().size()))
        .then(policies.forget(transaction, group.id()))
        .then(groups.delete(transaction, group.id()))
        .onErrorMap(
            DataIntegrityViolationException.class,
            e ->
                ApiFault.conflict("Security Group " + group.id() + " in use.")
                    .ofType("SecurityGroupInUse"));
  }

  private static SecurityGroup newGroup(ApiRequest request, JsonBody body) {
    String name = body.text("name", Fields.NAME_LENGTH);
    if (name.equals(SecurityGroup.DEFAULT_NAME)) {
      throw defaultNameIsTaken();
    }
    return new SecurityGroup(
        Ids.next(),
        Fields.project(request, body),
        name,
        Fields.description(body),
        body.flag("stateful", true),
        false,
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static ApiFault defaultNameIsTaken() {
    return ApiFault.conflict("Default security group already exists: its name stays its own.")
        .ofType("SecurityGroupDefaultAlreadyExists");
  }
}
