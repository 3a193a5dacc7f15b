package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Security groups and their rules. */
public final class SecurityGroupStore {

  private static final String RULE_COLUMNS =
      """
      jsonb_build_object(
        'standard', jsonb_build_object(
          'id', r.id, 'projectId', r.project_id, 'description', r.description, 'tags', r.tags,
          'createdAt', r.created_at, 'updatedAt', r.updated_at, 'revision', r.revision),
        'securityGroupId', r.security_group_id, 'direction', r.direction, 'etherType', r.ethertype,
        'protocol', r.protocol, 'portMin', r.port_min, 'portMax', r.port_max,
        'remoteCidr', r.remote_cidr, 'remoteGroupId', r.remote_group_id,
        'remoteAddressGroupId', r.remote_address_group_id,
        'remoteAddresses', coalesce((SELECT d.addresses FROM address_group d
                                      WHERE d.id = r.remote_address_group_id), '{}'))
      """;

  private static final String GROUPS =
      """
      SELECT g.*, %s AS shared,
             coalesce((SELECT jsonb_agg(%s ORDER BY r.created_at, r.id)
                              FROM security_group_rule r WHERE r.security_group_id = g.id),
                           '[]')::text AS rules
        FROM security_group g
      """
          .formatted("%s", RULE_COLUMNS);

  private static final String RULES =
      "SELECT r.*, (%s)::text AS rule FROM security_group_rule r".formatted(RULE_COLUMNS);

  private static final OwnedRows<SecurityGroup> GROUP_ROWS =
      new OwnedRows<>(
          "SecurityGroup",
          new OwnedRows.Query("g", GROUPS.formatted(Sharing.shared("g")), Sharing.visible("g")),
          SecurityGroupStore::group);

  private static final OwnedRows<SecurityGroupRule> RULE_ROWS =
      new OwnedRows<>(
          "SecurityGroupRule",
          new OwnedRows.Query("r", RULES, "(:everything OR r.project_id = :project)"),
          row -> row.json("rule", SecurityGroupRule.class));

  private static final String REVISE =
      "UPDATE security_group SET updated_at = now(), revision = revision + 1 WHERE id = :id";

  private static final String INSERT_GROUP =
      """
      INSERT INTO security_group (id, project_id, name, description, stateful)
      VALUES (:id, :project, :name, :description, :stateful)
      ON CONFLICT (project_id) WHERE name = 'default' DO NOTHING
      """;

  private static final String UPDATE_GROUP =
      """
      UPDATE security_group SET name = :name, description = :description, stateful = :stateful,
             updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  private static final String INSERT_RULE =
      """
      INSERT INTO security_group_rule (id, security_group_id, project_id, direction, ethertype, protocol,
                                       port_min, port_max, remote_cidr, remote_group_id,
                                       remote_address_group_id, description)
      VALUES (:id, :group, :project, :direction, :ethertype, :protocol, :min, :max, :cidr, :remote,
              :addresses, :description)
      """;

  private static final String WITH_MEMBERS =
      """
      SELECT told.*,
             ARRAY(SELECT host(a.address)
                     FROM port_security_group m JOIN port_address a ON a.port_id = m.port_id
                    WHERE m.security_group_id = told.id ORDER BY a.address) AS members
        FROM (%s WHERE g.id = ANY(:groups)) AS told
      """
          .formatted(GROUPS.formatted("false"));

  public OwnedRows<SecurityGroup> rows() {
    return GROUP_ROWS;
  }

  public OwnedRows<SecurityGroupRule> ruleRows() {
    return RULE_ROWS;
  }

  public Mono<SecurityGroup> find(Session session, Viewer viewer, UUID id) {
    return GROUP_ROWS.find(session, viewer, id);
  }

  /** One that the viewer may change: not another's that is shared. */
  public Mono<SecurityGroup> findOwned(Session session, Viewer viewer, UUID id) {
    return find(session, viewer, id)
        .filter(group -> viewer.everything() || group.projectId().equals(viewer.projectId()))
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("SecurityGroup", id.toString())));
  }

  /** The project's groups of that name; a project may have several, but for {@code default}. */
  public Flux<UUID> idsNamed(Session session, String projectId, String name) {
    return session
        .sql("SELECT id FROM security_group WHERE project_id = :project AND name = :name")
        .bind("project", projectId)
        .bind("name", name)
        .all(row -> row.uuid("id"));
  }

  /**
   * A group with what is in it.
   *
   * @param members the addresses of all its ports
   */
  public record Populated(SecurityGroup group, List<String> members) {

    public Populated {
      members = List.copyOf(members);
    }
  }

  public Flux<Populated> populated(Session session, List<UUID> ids) {
    return session
        .sql(WITH_MEMBERS)
        .bind("groups", ids.toArray(UUID[]::new))
        .all(row -> new Populated(group(row), row.texts("members")));
  }

  public Mono<SecurityGroupRule> findRule(Session session, Viewer viewer, UUID id) {
    return RULE_ROWS.find(session, viewer, id);
  }

  /** Counts a change of a group's rules. */
  public Mono<Void> revise(Transaction transaction, UUID id) {
    return transaction.sql(REVISE).bind("id", id).execute().then();
  }

  /** Whether it was made; false if it is a second default group. */
  public Mono<Boolean> insert(Transaction transaction, SecurityGroup group) {
    return transaction
        .sql(INSERT_GROUP)
        .bind("id", group.id())
        .bind("project", group.projectId())
        .bind("name", group.name())
        .bind("description", group.description())
        .bind("stateful", group.stateful())
        .execute()
        .map(rows -> rows == 1);
  }

  public Mono<Void> update(
      Transaction transaction, UUID id, String name, String description, boolean stateful) {
    return transaction
        .sql(UPDATE_GROUP)
        .bind("id", id)
        .bind("name", name)
        .bind("description", description)
        .bind("stateful", stateful)
        .execute()
        .then();
  }

  public Mono<Void> insertRule(Transaction transaction, SecurityGroupRule rule) {
    return transaction
        .sql(INSERT_RULE)
        .bind("id", rule.id())
        .bind("group", rule.securityGroupId())
        .bind("project", rule.projectId())
        .bind("direction", rule.direction())
        .bind("ethertype", rule.etherType())
        .bind("protocol", rule.protocol(), String.class)
        .bind("min", rule.portMin(), Integer.class)
        .bind("max", rule.portMax(), Integer.class)
        .bind("cidr", rule.remoteCidr(), String.class)
        .bind("remote", rule.remoteGroupId(), UUID.class)
        .bind("addresses", rule.remoteAddressGroupId(), UUID.class)
        .bind("description", rule.standard().description())
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM security_group WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  public Mono<Void> deleteRule(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM security_group_rule WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  private static SecurityGroup group(Row row) {
    return new SecurityGroup(
        row.uuid("id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.flag("stateful"),
        row.flag("shared"),
        List.of(row.json("rules", SecurityGroupRule[].class)),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }
}
