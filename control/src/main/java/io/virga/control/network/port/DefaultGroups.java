package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Standard;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The group that every project has: lets everything out, and in only what comes from the group
 * itself. It is made when it is first needed.
 */
public final class DefaultGroups {

  private static final List<String> ETHER_TYPES = List.of("IPv4", "IPv6");

  private final SecurityGroupStore groups;
  private final Quota quota;

  public DefaultGroups(SecurityGroupStore groups, Quota quota) {
    this.groups = groups;
    this.quota = quota;
  }

  /** The id of the project's default group. */
  public Mono<UUID> idOf(Transaction transaction, String projectId) {
    return groups
        .idsNamed(transaction, projectId, SecurityGroup.DEFAULT_NAME)
        .next()
        .switchIfEmpty(Mono.defer(() -> make(transaction, projectId)));
  }

  /** The rules that a group starts with: everything may leave. */
  public Flux<SecurityGroupRule> startRules(UUID groupId, String projectId) {
    return Flux.fromIterable(ETHER_TYPES)
        .map(etherType -> rule(groupId, projectId, "egress", etherType, Optional.empty()));
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

  private Mono<Void> fill(Transaction transaction, SecurityGroup group) {
    Flux<SecurityGroupRule> fromItself =
        Flux.fromIterable(ETHER_TYPES)
            .map(
                etherType ->
                    rule(
                        group.id(),
                        group.projectId(),
                        "ingress",
                        etherType,
                        Optional.of(group.id())));
    return quota
        .claim(
            transaction,
            group.projectId(),
            Map.of(
                Resource.SECURITY_GROUPS,
                1L,
                Resource.SECURITY_GROUP_RULES,
                2L * ETHER_TYPES.size()))
        .thenMany(startRules(group.id(), group.projectId()).concatWith(fromItself))
        .concatMap(rule -> groups.insertRule(transaction, rule))
        .then();
  }

  private static SecurityGroupRule rule(
      UUID groupId, String projectId, String direction, String etherType, Optional<UUID> remote) {
    return new SecurityGroupRule(
        Standard.ofNew(Ids.next(), projectId, ""),
        groupId,
        direction,
        etherType,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        remote,
        Optional.empty(),
        List.of());
  }
}
