package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Standard;
import io.virga.control.network.model.SubnetPool;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subnet pools, and what was cut from them. */
public final class SubnetPoolStore {

  /** The table's name. */
  public static final String TABLE = "subnet_pool";

  private static final String COLUMNS =
      "SELECT o.*, %s AS shared FROM subnet_pool o".formatted(Sharing.shared("o"));

  private static final OwnedRows<SubnetPool> ROWS =
      new OwnedRows<>(
          "SubnetPool",
          new OwnedRows.Query("o", COLUMNS, Sharing.visible("o")),
          SubnetPoolStore::pool);

  private static final String TAKEN =
      "SELECT s.cidr::text AS cidr, s.project_id FROM subnet s WHERE s.subnet_pool_id = :pool";

  private final ResourceTable table = new ResourceTable(TABLE);

  /** A block that was cut from a pool. */
  public record Taken(IpPrefix prefix, String projectId) {}

  public OwnedRows<SubnetPool> rows() {
    return ROWS;
  }

  public Mono<SubnetPool> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** The pool that subnets are cut from where none is named; empty if there is none. */
  public Mono<SubnetPool> byDefault(Session session, Viewer viewer, int ipVersion) {
    return viewer
        .bind(
            session.sql(
                COLUMNS
                    + " WHERE o.is_default AND o.ip_version = :version AND "
                    + Sharing.visible("o")))
        .bind("version", ipVersion)
        .one(SubnetPoolStore::pool);
  }

  /** The other pools of an address scope. */
  public Flux<SubnetPool> ofScope(Session session, UUID scope, UUID except) {
    return Viewer.EVERYTHING
        .bind(
            session.sql(
                COLUMNS + " WHERE :everything AND o.address_scope_id = :scope AND o.id <> :except"))
        .bind("scope", scope)
        .bind("except", except)
        .all(SubnetPoolStore::pool);
  }

  public Flux<Taken> taken(Session session, UUID pool) {
    return session
        .sql(TAKEN)
        .bind("pool", pool)
        .all(row -> new Taken(prefix(row.text("cidr")), row.text("project_id")));
  }

  public Mono<Void> insert(Transaction transaction, SubnetPool pool) {
    return table.insert(
        transaction, pool.standard(), values(pool).with("ip_version", pool.ipVersion()));
  }

  public Mono<Void> update(Transaction transaction, SubnetPool pool) {
    return table.update(transaction, pool.standard(), values(pool));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  private static Values values(SubnetPool pool) {
    return Values.of("name", pool.name())
        .with("prefixes", pool.prefixes().stream().map(IpPrefix::toString).toArray(String[]::new))
        .with("default_prefixlen", pool.lengths().byDefault())
        .with("min_prefixlen", pool.lengths().min())
        .with("max_prefixlen", pool.lengths().max())
        .with("default_quota", pool.quotaPerProject(), Long.class)
        .with("address_scope_id", pool.addressScopeId(), UUID.class)
        .with("is_default", pool.isDefault());
  }

  private static SubnetPool pool(Row row) {
    return new SubnetPool(
        Standard.of(row),
        row.text("name"),
        row.integer("ip_version"),
        row.texts("prefixes").stream().map(SubnetPoolStore::prefix).toList(),
        new SubnetPool.Lengths(
            row.integer("default_prefixlen"),
            row.integer("min_prefixlen"),
            row.integer("max_prefixlen")),
        row.optionalNumber("default_quota"),
        row.optionalUuid("address_scope_id"),
        row.flag("is_default"),
        row.flag("shared"));
  }

  private static IpPrefix prefix(String text) {
    return IpPrefix.parse(text).orElseThrow();
  }
}
