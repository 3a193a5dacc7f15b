package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.AddressGroup;
import io.virga.control.network.model.Standard;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Address groups, and which security groups speak of them. */
public final class AddressGroupStore {

  /** The table's name. */
  public static final String TABLE = "address_group";

  private static final OwnedRows<AddressGroup> ROWS =
      new OwnedRows<>(
          "AddressGroup",
          new OwnedRows.Query(
              "d",
              "SELECT d.*, %s AS shared FROM address_group d".formatted(Sharing.shared("d")),
              Sharing.visible("d")),
          AddressGroupStore::group);

  private static final String SPEAKING =
      """
      SELECT DISTINCT security_group_id FROM security_group_rule WHERE remote_address_group_id = :id
      """;

  private final ResourceTable table = new ResourceTable(TABLE);

  public OwnedRows<AddressGroup> rows() {
    return ROWS;
  }

  public Mono<AddressGroup> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** The security groups with a rule for the addresses of the group. */
  public Flux<UUID> speaking(Session session, UUID id) {
    return session.sql(SPEAKING).bind("id", id).all(row -> row.uuid("security_group_id"));
  }

  public Mono<Void> insert(Transaction transaction, AddressGroup group) {
    return table.insert(transaction, group.standard(), values(group));
  }

  public Mono<Void> update(Transaction transaction, AddressGroup group) {
    return table.update(transaction, group.standard(), values(group));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  private static Values values(AddressGroup group) {
    return Values.of("name", group.name())
        .with(
            "addresses", group.addresses().stream().map(IpPrefix::toString).toArray(String[]::new));
  }

  private static AddressGroup group(Row row) {
    return new AddressGroup(
        Standard.of(row),
        row.text("name"),
        row.texts("addresses").stream().map(text -> IpPrefix.parse(text).orElseThrow()).toList(),
        row.flag("shared"));
  }
}
