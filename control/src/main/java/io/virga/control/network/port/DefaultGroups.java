package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.store.DefaultGroupRuleStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The group that every project has. It is made when it is first needed; unless an administrator has
 * said otherwise it lets everything out, and in only what comes from the group itself.
 */
public final class DefaultGroups {

  private final SecurityGroupStore groups;
  private final DefaultGroupRuleStore templates;
  private final Quota quota;

  public DefaultGroups(SecurityGroupStore groups, DefaultGroupRuleStore templates, Quota quota) {
    this.groups = groups;
    this.templates = templates;
    this.quota = quota;
  }

  /** The id of the project's default group. */
  public Mono<UUID> idOf(Transaction transaction, String projectId) {
    return groups
        .idsNamed(transaction, projectId, SecurityGroup.DEFAULT_NAME)
        .next()
        .switchIfEmpty(Mono.defer(() -> make(transaction, projectId)));
  }

  private Mono<UUID> make(Transaction transaction, String projectId) {
    SecurityGroup group =
        new SecurityGroup(
            Ids.next(),
            projectId,
            SecurityGroup.DEFAULT_NAME,
            "Default security group",
            true,
            false,
            List.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            1);
    return groups
        .insert(transaction, group)
        .flatMap(
            made ->
                made
                    ? fill(transaction, group).thenReturn(group.id())
                    : groups.idsNamed(transaction, projectId, SecurityGroup.DEFAULT_NAME).next());
  }

  /** Claims a group that has just been made, and gives it the rules that it starts with. */
  public Mono<Void> fill(Transaction transaction, SecurityGroup group) {
    return templates
        .forGroups(transaction, group.name().equals(SecurityGroup.DEFAULT_NAME))
        .map(template -> template.of(group.id(), group.projectId()))
        .collectList()
        .flatMap(
            rules ->
                quota
                    .claim(
                        transaction,
                        group.projectId(),
                        Map.of(
                            Resource.SECURITY_GROUPS,
                            1L,
                            Resource.SECURITY_GROUP_RULES,
                            (long) rules.size()))
                    .thenMany(Flux.fromIterable(rules))
                    .concatMap(rule -> groups.insertRule(transaction, rule))
                    .then());
  }
}
