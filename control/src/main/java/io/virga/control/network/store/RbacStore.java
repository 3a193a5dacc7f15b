package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.network.model.RbacPolicy.ObjectType;
import io.virga.control.network.model.Standard;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * RBAC policies. A policy is its owner's to see, not the target's. Those that come and go with a
 * flag of their thing, or with it, count as used like all others, but are never refused.
 */
public final class RbacStore {

  /** The table's name. */
  public static final String TABLE = "rbac_policy";

  private static final OwnedRows<RbacPolicy> ROWS =
      new OwnedRows<>(
          "RbacPolicy",
          new OwnedRows.Query(
              "b", "SELECT b.* FROM rbac_policy b", "(:everything OR b.project_id = :project)"),
          RbacStore::policy);

  private static final String OPEN =
      """
      INSERT INTO rbac_policy (id, project_id, description, object_type, object_id, action, target_project)
      VALUES (:id, :project, '', :type, :object, :action, '*')
      ON CONFLICT (object_id, action, target_project) DO NOTHING
      RETURNING project_id
      """;

  /** What is not external any more is so to nobody. */
  private static final String CLOSE =
      """
      DELETE FROM rbac_policy
       WHERE object_id = :object AND action = :action
         AND (target_project = '*' OR action = 'access_as_external')
      RETURNING project_id
      """;

  private static final String OF_OBJECT =
      "DELETE FROM rbac_policy WHERE object_id = :object RETURNING project_id";

  /**
   * Which projects use a thing of the type, as {@code project_id}; a network also from outside, as
   * {@code outside}, for which any policy will do.
   */
  private static final Map<ObjectType, String> USES =
      Map.of(
          ObjectType.NETWORK,
          """
          SELECT project_id, false AS outside FROM port
           WHERE network_id = :object AND project_id <> ''
           UNION SELECT project_id, false FROM subnet WHERE network_id = :object
           UNION SELECT r.project_id, true FROM router r JOIN port g ON g.id = r.gateway_port_id
                  WHERE g.network_id = :object
           UNION SELECT f.project_id, true FROM floating_ip f
                   JOIN port e ON e.id = f.external_port_id WHERE e.network_id = :object\
          """,
          ObjectType.SUBNETPOOL,
          "SELECT project_id, false AS outside FROM subnet WHERE subnet_pool_id = :object",
          ObjectType.ADDRESS_SCOPE,
          "SELECT project_id, false AS outside FROM subnet_pool WHERE address_scope_id = :object",
          ObjectType.ADDRESS_GROUP,
          "SELECT project_id, false AS outside FROM security_group_rule WHERE remote_address_group_id = :object",
          ObjectType.SECURITY_GROUP,
          """
          SELECT p.project_id, false AS outside FROM port p JOIN port_security_group g ON g.port_id = p.id
           WHERE g.security_group_id = :object\
          """,
          ObjectType.QOS_POLICY,
          """
          SELECT project_id, false AS outside FROM port WHERE qos_policy_id = :object
           UNION SELECT project_id, false FROM network WHERE qos_policy_id = :object\
          """);

  private static final String UNENTITLED =
      """
      SELECT u.project_id FROM (%s) AS u
       WHERE u.project_id <> (SELECT project_id FROM %s WHERE id = :object)
         AND NOT EXISTS (SELECT 1 FROM rbac_policy b
                          WHERE b.object_id = :object AND b.target_project IN ('*', u.project_id)
                            AND (u.outside OR b.action = 'access_as_shared'))
       LIMIT 1
      """;

  private final ResourceTable table = new ResourceTable(TABLE);
  private final Quota quota = new Quota();

  public OwnedRows<RbacPolicy> rows() {
    return ROWS;
  }

  public Mono<RbacPolicy> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Whose the thing is; empty if there is none. */
  public Mono<String> ownerOf(Session session, ObjectType type, UUID id) {
    return session
        .sql("SELECT project_id FROM %s WHERE id = :id".formatted(type.table()))
        .bind("id", id)
        .one(row -> row.text("project_id"));
  }

  /**
   * @throws org.springframework.dao.DuplicateKeyException if there is the same already
   */
  public Mono<Void> insert(Transaction transaction, RbacPolicy policy) {
    return table.insert(
        transaction,
        policy.standard(),
        Values.of("object_type", policy.objectType().word())
            .with("object_id", policy.objectId())
            .with("action", policy.action())
            .with("target_project", policy.target()));
  }

  /** Writes its target. */
  public Mono<Void> update(Transaction transaction, RbacPolicy policy) {
    return table.update(
        transaction, policy.standard(), Values.of("target_project", policy.target()));
  }

  /** A project that uses the policy's thing, though it is neither its owner nor let in. */
  public Mono<String> unentitledUse(Session session, RbacPolicy policy) {
    return unentitledUse(session, policy.objectType(), policy.objectId());
  }

  /** Likewise, of a thing. */
  public Mono<String> unentitledUse(Session session, ObjectType type, UUID id) {
    String uses = Optional.ofNullable(USES.get(type)).orElseThrow();
    return session
        .sql(UNENTITLED.formatted(uses, type.table()))
        .bind("object", id)
        .one(row -> row.text("project_id"));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  /** Opens a thing to everyone, or no longer. */
  public Mono<Void> open(Transaction transaction, RbacPolicy.Opening opening, boolean toEveryone) {
    Statement statement =
        toEveryone
            ? transaction
                .sql(OPEN)
                .bind("id", Ids.next())
                .bind("project", opening.projectId())
                .bind("type", opening.objectType().word())
            : transaction.sql(CLOSE);
    return counted(
        transaction,
        statement.bind("object", opening.objectId()).bind("action", opening.action()),
        toEveryone ? 1 : -1);
  }

  /** Takes away those of a thing that goes. */
  public Mono<Void> forget(Transaction transaction, UUID objectId) {
    return counted(transaction, transaction.sql(OF_OBJECT).bind("object", objectId), -1);
  }

  /** Counts so much more for each policy that the statement answers with its project. */
  private Mono<Void> counted(Transaction transaction, Statement statement, long each) {
    return statement
        .all(row -> row.text("project_id"))
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()))
        .flatMapIterable(Map::entrySet)
        .concatMap(
            of ->
                quota.count(transaction, of.getKey(), Resource.RBAC_POLICIES, each * of.getValue()))
        .then();
  }

  private static RbacPolicy policy(Row row) {
    return new RbacPolicy(
        Standard.of(row),
        ObjectType.valueOf(row.text("object_type").toUpperCase(Locale.ROOT)),
        row.uuid("object_id"),
        row.text("action"),
        row.text("target_project"));
  }
}
