package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.Network;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Networks. A shared or external one is everyone's to see, and its owner's to change. */
public final class NetworkStore {

  private static final String COLUMNS =
      """
      SELECT n.*, ARRAY(SELECT s.id::text FROM subnet s WHERE s.network_id = n.id
                         ORDER BY s.created_at, s.id) AS subnet_ids
        FROM network n
      """;

  private static final OwnedRows<Network> ROWS =
      new OwnedRows<>(
          "Network",
          new OwnedRows.Query(
              "n", COLUMNS, "(:everything OR n.project_id = :project OR n.shared OR n.external)"),
          NetworkStore::network);

  private static final String REVISE =
      "UPDATE network SET updated_at = now(), revision = revision + 1 WHERE id = :id";

  private static final String INSERT =
      """
      INSERT INTO network (id, project_id, name, description, admin_state_up, shared, external,
                           port_security_enabled, mtu)
      VALUES (:id, :project, :name, :description, :up, :shared, :external, :security, :mtu)
      """;

  private static final String UPDATE =
      """
      UPDATE network SET name = :name, description = :description, admin_state_up = :up,
             shared = :shared, external = :external, port_security_enabled = :security, mtu = :mtu,
             updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  public OwnedRows<Network> rows() {
    return ROWS;
  }

  public Flux<Network> list(Session session, Viewer viewer) {
    return ROWS.list(session, viewer);
  }

  public Mono<Network> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Counts a change of what hangs on it. */
  public Mono<Void> revise(Transaction transaction, UUID id) {
    return transaction.sql(REVISE).bind("id", id).execute().then();
  }

  /**
   * Finds one that the viewer may change, and keeps others from changing it or what hangs on it.
   */
  public Mono<Network> lockOwned(Transaction transaction, Viewer viewer, UUID id) {
    return transaction
        .sql("SELECT id FROM network WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(find(transaction, viewer, id))
        .flatMap(
            network ->
                viewer.everything() || network.projectId().equals(viewer.projectId())
                    ? Mono.just(network)
                    : Mono.error(
                        ApiFault.forbidden("Network " + id + " belongs to another project.")));
  }

  public Mono<Void> insert(Transaction transaction, Network network) {
    return write(transaction, INSERT, network, true);
  }

  public Mono<Void> update(Transaction transaction, Network network) {
    return write(transaction, UPDATE, network, false);
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM network WHERE id = :id").bind("id", id).execute().then();
  }

  private static Mono<Void> write(
      Transaction transaction, String sql, Network network, boolean withProject) {
    var statement =
        transaction
            .sql(sql)
            .bind("id", network.id())
            .bind("name", network.name())
            .bind("description", network.description())
            .bind("up", network.adminStateUp())
            .bind("shared", network.shared())
            .bind("external", network.external())
            .bind("security", network.portSecurityEnabled())
            .bind("mtu", network.mtu());
    return (withProject ? statement.bind("project", network.projectId()) : statement)
        .execute()
        .then();
  }

  private static Network network(Row row) {
    return new Network(
        row.uuid("id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.flag("admin_state_up"),
        row.flag("shared"),
        row.flag("external"),
        row.flag("port_security_enabled"),
        row.integer("mtu"),
        row.integer("vni"),
        row.texts("subnet_ids"),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }
}
