package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.port.DefaultGroups;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/security-groups} and {@code /v2.0/security-group-rules}. */
public final class SecurityGroupRoutes {

  private static final long START_RULES = 2;

  private final Database database;
  private final SecurityGroupStore groups;
  private final DefaultGroups defaultGroups;
  private final HostViews hosts;
  private final Quota quota;

  public SecurityGroupRoutes(
      Database database,
      SecurityGroupStore groups,
      DefaultGroups defaultGroups,
      HostViews hosts,
      Quota quota) {
    this.database = database;
    this.groups = groups;
    this.defaultGroups = defaultGroups;
    this.hosts = hosts;
    this.quota = quota;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/security-groups", Rule.READER, this::list),
        Route.post("/v2.0/security-groups", Rule.MEMBER, this::create),
        Route.get("/v2.0/security-groups/{id}", Rule.READER, this::show),
        Route.put("/v2.0/security-groups/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.0/security-groups/{id}", Rule.MEMBER, this::delete),
        Route.get("/v2.0/security-group-rules", Rule.READER, this::listRules),
        Route.post("/v2.0/security-group-rules", Rule.MEMBER, this::createRule),
        Route.get("/v2.0/security-group-rules/{id}", Rule.READER, this::showRule),
        Route.delete("/v2.0/security-group-rules/{id}", Rule.MEMBER, this::deleteRule));
  }

  /** A project's default group is there as soon as someone looks. */
  private Mono<ServerResponse> list(ApiRequest request) {
    Viewer viewer = Viewer.of(request.caller());
    return database
        .inTransaction(transaction -> defaultGroups.idOf(transaction, request.projectId()))
        .then(
            Listing.reply(
                request, "security_groups", groups.list(database, viewer).map(Views::group)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return groups
        .find(database, Viewer.of(request.caller()), request.id("id", "SecurityGroup"))
        .flatMap(group -> Replies.ok(View.of("security_group", Views.group(group))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> newGroup(request, body.object("security_group")))
        .flatMap(
            group -> database.inTransaction(transaction -> insert(transaction, request, group)))
        .flatMap(group -> Replies.created(View.of("security_group", Views.group(group))));
  }

  private Mono<SecurityGroup> insert(
      Transaction transaction, ApiRequest request, SecurityGroup group) {
    return defaultGroups
        .idOf(transaction, group.projectId())
        .then(
            quota.claim(
                transaction,
                group.projectId(),
                Map.of(Resource.SECURITY_GROUPS, 1L, Resource.SECURITY_GROUP_RULES, START_RULES)))
        .then(Mono.defer(() -> groups.insert(transaction, group)))
        .thenMany(defaultGroups.startRules(group.id(), group.projectId()))
        .concatMap(rule -> groups.insertRule(transaction, rule))
        .then(groups.find(transaction, Viewer.of(request.caller()), group.id()));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "SecurityGroup");
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> body.object("security_group"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        groups
                            .find(transaction, viewer, id)
                            .flatMap(before -> rename(transaction, body, before))
                            .then(groups.find(transaction, viewer, id))))
        .flatMap(group -> Replies.ok(View.of("security_group", Views.group(group))));
  }

  private Mono<Void> rename(Transaction transaction, JsonBody body, SecurityGroup before) {
    String name = body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name());
    boolean isDefault = before.name().equals(SecurityGroup.DEFAULT_NAME);
    if (isDefault != name.equals(SecurityGroup.DEFAULT_NAME)) {
      throw defaultNameIsTaken();
    }
    String description =
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description());
    return groups.rename(transaction, before.id(), name, description);
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "SecurityGroup");
    Viewer viewer = Viewer.of(request.caller());
    return database
        .inTransaction(
            transaction ->
                hosts
                    .lock(transaction)
                    .then(groups.find(transaction, viewer, id))
                    .flatMap(group -> deleteUnused(transaction, viewer, group)))
        .then(Replies.noContent());
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
        .then(groups.delete(transaction, group.id()))
        .onErrorMap(
            DataIntegrityViolationException.class,
            e ->
                ApiFault.conflict("Security Group " + group.id() + " in use.")
                    .ofType("SecurityGroupInUse"));
  }

  private Mono<ServerResponse> listRules(ApiRequest request) {
    return Listing.reply(
        request,
        "security_group_rules",
        groups.listRules(database, Viewer.of(request.caller())).map(Views::rule));
  }

  private Mono<ServerResponse> showRule(ApiRequest request) {
    return groups
        .findRule(database, Viewer.of(request.caller()), request.id("id", "SecurityGroupRule"))
        .flatMap(rule -> Replies.ok(View.of("security_group_rule", Views.rule(rule))));
  }

  private Mono<ServerResponse> createRule(ApiRequest request) {
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> RuleBodies.read(body.object("security_group_rule")))
        .flatMap(
            rule -> database.inTransaction(transaction -> insertRule(transaction, viewer, rule)))
        .flatMap(rule -> Replies.created(View.of("security_group_rule", Views.rule(rule))));
  }

  /** A rule is its group's: an administrator who makes one spends the group's project's quota. */
  private Mono<SecurityGroupRule> insertRule(
      Transaction transaction, Viewer viewer, SecurityGroupRule rule) {
    return hosts
        .lock(transaction)
        .then(
            rule.remoteGroupId()
                .map(remote -> groups.find(transaction, viewer, remote))
                .orElse(Mono.empty()))
        .then(groups.find(transaction, viewer, rule.securityGroupId()))
        .map(group -> rule.ofProject(group.projectId()))
        .flatMap(owned -> insertRule(transaction, owned))
        .then(groups.findRule(transaction, viewer, rule.id()));
  }

  private Mono<Void> insertRule(Transaction transaction, SecurityGroupRule rule) {
    Set<UUID> spokenOf =
        Stream.concat(Stream.of(rule.securityGroupId()), rule.remoteGroupId().stream())
            .collect(Collectors.toSet());
    return quota
        .claim(transaction, rule.projectId(), Resource.SECURITY_GROUP_RULES, 1)
        .then(
            hosts.changing(
                transaction,
                new Scope(Set.of(), spokenOf, Set.of()),
                Mono.defer(() -> groups.insertRule(transaction, rule))))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                        "Security group rule already exists in group "
                            + rule.securityGroupId()
                            + ".")
                    .ofType("SecurityGroupRuleExists"));
  }

  /** The lock comes before the look: of two who delete a rule, the second finds none. */
  private Mono<ServerResponse> deleteRule(ApiRequest request) {
    UUID id = request.id("id", "SecurityGroupRule");
    Viewer viewer = Viewer.of(request.caller());
    return database
        .inTransaction(
            transaction ->
                hosts
                    .lock(transaction)
                    .then(groups.findRule(transaction, viewer, id))
                    .flatMap(rule -> deleteRule(transaction, rule)))
        .then(Replies.noContent());
  }

  private Mono<Void> deleteRule(Transaction transaction, SecurityGroupRule rule) {
    return quota
        .release(transaction, rule.projectId(), Resource.SECURITY_GROUP_RULES, 1)
        .then(
            hosts.changing(
                transaction,
                Scope.ofGroup(rule.securityGroupId()),
                groups.deleteRule(transaction, rule.id())));
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
