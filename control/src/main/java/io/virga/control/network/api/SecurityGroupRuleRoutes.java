package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.store.AddressGroupStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** {@code /v2.0/security-group-rules}. */
public final class SecurityGroupRuleRoutes implements Lifecycle {

  private final Database database;
  private final SecurityGroupStore groups;
  private final AddressGroupStore addressGroups;
  private final HostViews hosts;
  private final Quota quota;

  public SecurityGroupRuleRoutes(
      Database database,
      SecurityGroupStore groups,
      AddressGroupStore addressGroups,
      HostViews hosts,
      Quota quota) {
    this.database = database;
    this.groups = groups;
    this.addressGroups = addressGroups;
    this.hosts = hosts;
    this.quota = quota;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(database, hosts, SecurityGroupAttributes.rules(groups), this)
        .routes();
  }

  /** A rule is its group's: an administrator who makes one spends the group's project's quota. */
  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    SecurityGroupRule rule = RuleBodies.read(body);
    return Mono.justOrEmpty(rule.remoteGroupId())
        .flatMap(remote -> groups.find(transaction, viewer, remote))
        .then(Mono.justOrEmpty(rule.remoteAddressGroupId()))
        .flatMap(remote -> addressGroups.find(transaction, viewer, remote))
        .then(groups.findOwned(transaction, viewer, rule.securityGroupId()))
        .map(group -> rule.ofProject(group.projectId()))
        .flatMap(owned -> insert(transaction, owned))
        .thenReturn(rule.id());
  }

  private Mono<Void> insert(Transaction transaction, SecurityGroupRule rule) {
    Set<UUID> spokenOf =
        Stream.concat(Stream.of(rule.securityGroupId()), rule.remoteGroupId().stream())
            .collect(Collectors.toSet());
    return quota
        .claim(transaction, rule.projectId(), Resource.SECURITY_GROUP_RULES, 1)
        .then(
            hosts.changing(
                transaction,
                Scope.ofGroups(spokenOf),
                Mono.defer(() -> groups.insertRule(transaction, rule))))
        .then(groups.revise(transaction, rule.securityGroupId()))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                        "Security group rule already exists in group "
                            + rule.securityGroupId()
                            + ".")
                    .ofType("SecurityGroupRuleExists"));
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    throw ApiFault.badRequest("A security group rule stays as it was made.");
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return groups
        .findRule(transaction, Viewer.of(request.caller()), id)
        .flatMap(rule -> delete(transaction, rule));
  }

  private Mono<Void> delete(Transaction transaction, SecurityGroupRule rule) {
    return quota
        .release(transaction, rule.projectId(), Resource.SECURITY_GROUP_RULES, 1)
        .then(
            hosts.changing(
                transaction,
                Scope.ofGroups(Set.of(rule.securityGroupId())),
                groups.deleteRule(transaction, rule.id())))
        .then(groups.revise(transaction, rule.securityGroupId()));
  }
}
