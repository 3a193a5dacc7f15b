package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.Standard;
import io.virga.control.network.model.Trunk;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Trunks with their sub-ports. */
public final class TrunkStore {

  /** The table's name. */
  public static final String TABLE = "trunk";

  private static final String SELECT =
      """
      SELECT k.*, p.host <> '' AS bound,
             p.wired AND NOT EXISTS (SELECT 1 FROM trunk_sub_port s JOIN port q ON q.id = s.port_id
                                      WHERE s.trunk_id = k.id AND NOT q.wired) AS wired,
             coalesce((SELECT jsonb_agg(jsonb_build_object('portId', s.port_id, 'vlan', s.vlan) ORDER BY s.vlan)
                         FROM trunk_sub_port s WHERE s.trunk_id = k.id), '[]')::text AS sub_ports
        FROM trunk k JOIN port p ON p.id = k.port_id
      """;

  private static final OwnedRows<Trunk> ROWS =
      new OwnedRows<>(
          "Trunk",
          new OwnedRows.Query("k", SELECT, "(:everything OR k.project_id = :project)"),
          TrunkStore::trunk);

  private final ResourceTable table = new ResourceTable(TABLE);

  public OwnedRows<Trunk> rows() {
    return ROWS;
  }

  public Mono<Trunk> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** The trunk whose port it is; empty if it is none's. */
  public Mono<Trunk> ofPort(Session session, UUID port) {
    return session
        .sql(SELECT + " WHERE k.port_id = :port")
        .bind("port", port)
        .one(TrunkStore::trunk);
  }

  /**
   * @throws org.springframework.dao.DuplicateKeyException if its port has a trunk already
   */
  public Mono<Void> insert(Transaction transaction, Trunk trunk) {
    return table.insert(
        transaction,
        trunk.standard(),
        Values.of("name", trunk.name())
            .with("port_id", trunk.portId())
            .with("admin_state_up", trunk.adminStateUp()));
  }

  public Mono<Void> update(Transaction transaction, Trunk trunk) {
    return table.update(
        transaction,
        trunk.standard(),
        Values.of("name", trunk.name()).with("admin_state_up", trunk.adminStateUp()));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  /**
   * Adds a sub-port, and counts the trunk's revision.
   *
   * @throws org.springframework.dao.DuplicateKeyException if its tag is another's
   */
  public Mono<Void> add(Transaction transaction, UUID trunk, Trunk.SubPort subPort) {
    return transaction
        .sql("INSERT INTO trunk_sub_port (port_id, trunk_id, vlan) VALUES (:port, :trunk, :vlan)")
        .bind("port", subPort.portId())
        .bind("trunk", trunk)
        .bind("vlan", subPort.vlan())
        .execute()
        .then(table.revise(transaction, trunk));
  }

  /** Takes a sub-port out of whatever trunk it is in, and counts that trunk's revision. */
  public Mono<Void> remove(Transaction transaction, UUID port) {
    return transaction
        .sql("DELETE FROM trunk_sub_port WHERE port_id = :port RETURNING trunk_id")
        .bind("port", port)
        .all(row -> row.uuid("trunk_id"))
        .concatMap(trunk -> table.revise(transaction, trunk))
        .then();
  }

  private static Trunk trunk(Row row) {
    return new Trunk(
        Standard.of(row),
        row.text("name"),
        row.uuid("port_id"),
        row.flag("admin_state_up"),
        row.flag("bound"),
        row.flag("wired"),
        List.of(row.json("sub_ports", Trunk.SubPort[].class)));
  }
}
