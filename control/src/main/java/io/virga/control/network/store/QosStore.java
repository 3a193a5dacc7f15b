package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.QosPolicy;
import io.virga.control.network.model.QosRule;
import io.virga.control.network.model.Standard;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** QoS policies with their rules, and which networks have ports that go by them. */
public final class QosStore {

  /** The table's name. */
  public static final String TABLE = "qos_policy";

  private static final OwnedRows<QosPolicy> ROWS =
      new OwnedRows<>(
          "QosPolicy",
          new OwnedRows.Query(
              "q",
              "SELECT q.*, (%s)::text AS rules, %s AS shared FROM qos_policy q"
                  .formatted(rulesOf("q.id"), Sharing.shared("q")),
              Sharing.visible("q")),
          QosStore::policy);

  private static final String SAVE_RULE =
      """
      INSERT INTO qos_rule (id, policy_id, type, direction, value, burst)
      VALUES (:id, :policy, :type, :direction, :value, :burst)
      ON CONFLICT (id) DO UPDATE
         SET direction = excluded.direction, value = excluded.value, burst = excluded.burst
      """;

  private static final String NETWORKS =
      """
      SELECT id FROM network WHERE qos_policy_id = :policy
       UNION SELECT network_id FROM port WHERE qos_policy_id = :policy
      """;

  private final ResourceTable table = new ResourceTable(TABLE);

  /** The rules of the policy with the id, as {@code jsonb} of {@link QosRule}s. */
  static String rulesOf(String id) {
    return """
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'id', u.id, 'policyId', u.policy_id, 'type', u.type,
                          'direction', u.direction, 'value', u.value, 'burst', u.burst)
                          ORDER BY u.created_at, u.id), '[]')
          FROM qos_rule u WHERE u.policy_id = %s"""
        .formatted(id);
  }

  public OwnedRows<QosPolicy> rows() {
    return ROWS;
  }

  public Mono<QosPolicy> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /**
   * Fails unless the viewer sees the policy that a thing had and the one that it is to have: who
   * may not see what limits his port may not take it away.
   */
  public Mono<Void> checkChange(
      Session session, Viewer viewer, Optional<UUID> before, Optional<UUID> after) {
    return before.equals(after)
        ? Mono.empty()
        : Flux.concat(Mono.justOrEmpty(before), Mono.justOrEmpty(after))
            .concatMap(id -> find(session, viewer, id))
            .then();
  }

  /** The networks whose ports a change of the policy touches. */
  public Flux<UUID> networks(Session session, UUID policy) {
    return session.sql(NETWORKS).bind("policy", policy).all(row -> row.uuid("id"));
  }

  /**
   * @throws org.springframework.dao.DuplicateKeyException if the project has a default already
   */
  public Mono<Void> insert(Transaction transaction, QosPolicy policy) {
    return table.insert(transaction, policy.standard(), values(policy));
  }

  /** Likewise. */
  public Mono<Void> update(Transaction transaction, QosPolicy policy) {
    return table.update(transaction, policy.standard(), values(policy));
  }

  private static Values values(QosPolicy policy) {
    return Values.of("name", policy.name()).with("is_default", policy.isDefault());
  }

  /** The policy that new networks of a project take, if it has one. */
  public Mono<UUID> defaultOf(Session session, String project) {
    return session
        .sql("SELECT id FROM qos_policy WHERE project_id = :project AND is_default FOR SHARE")
        .bind("project", project)
        .one(row -> row.uuid("id"));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  /**
   * Makes a rule or changes it, and counts the policy's revision.
   *
   * @throws org.springframework.dao.DuplicateKeyException if there is one of its type and direction
   */
  public Mono<Void> save(Transaction transaction, QosRule rule) {
    return transaction
        .sql(SAVE_RULE)
        .bind("id", rule.id())
        .bind("policy", rule.policyId())
        .bind("type", rule.type().name())
        .bind("direction", rule.direction(), String.class)
        .bind("value", rule.value())
        .bind("burst", rule.burst())
        .execute()
        .then(table.revise(transaction, rule.policyId()));
  }

  public Mono<Void> delete(Transaction transaction, QosRule rule) {
    return transaction
        .sql("DELETE FROM qos_rule WHERE id = :id")
        .bind("id", rule.id())
        .execute()
        .then(table.revise(transaction, rule.policyId()));
  }

  private static QosPolicy policy(Row row) {
    return new QosPolicy(
        Standard.of(row),
        row.text("name"),
        List.of(row.json("rules", QosRule[].class)),
        row.flag("shared"),
        row.flag("is_default"));
  }
}
