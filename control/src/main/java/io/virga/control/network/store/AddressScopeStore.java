package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.AddressScope;
import io.virga.control.network.model.Standard;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Address scopes. */
public final class AddressScopeStore {

  /** The table's name. */
  public static final String TABLE = "address_scope";

  private static final OwnedRows<AddressScope> ROWS =
      new OwnedRows<>(
          "AddressScope",
          new OwnedRows.Query(
              "a",
              "SELECT a.*, %s AS shared FROM address_scope a".formatted(Sharing.shared("a")),
              Sharing.visible("a")),
          AddressScopeStore::scope);

  private final ResourceTable table = new ResourceTable(TABLE);

  public OwnedRows<AddressScope> rows() {
    return ROWS;
  }

  public Mono<AddressScope> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  public Mono<Void> insert(Transaction transaction, AddressScope scope) {
    return table.insert(
        transaction,
        scope.standard(),
        ResourceTable.Values.of("name", scope.name()).with("ip_version", scope.ipVersion()));
  }

  public Mono<Void> update(Transaction transaction, AddressScope scope) {
    return table.update(
        transaction, scope.standard(), ResourceTable.Values.of("name", scope.name()));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  private static AddressScope scope(Row row) {
    return new AddressScope(
        Standard.of(row), row.text("name"), row.integer("ip_version"), row.flag("shared"));
  }
}
