package io.virga.control.network.resource;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.Standard;
import io.virga.control.tenancy.OwnedRows.Selection;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Where the resources of a kind are found. */
final class Shelf<T> {

  private final ResourceType<T> type;

  Shelf(ResourceType<T> type) {
    this.type = type;
  }

  Mono<ResourcePage<T>> page(Session session, Viewer viewer, ListQuery query) {
    return query
        .marker()
        .map(id -> find(session, viewer, id).then())
        .orElse(Mono.empty())
        .then(
            type.rows()
                .select(
                    session,
                    viewer,
                    query.selection(type.table(), type.rows().alias()),
                    (thing, row) -> new Item<>(thing, Standard.of(row)))
                .collectList())
        .map(items -> ResourcePage.of(query, items));
  }

  Mono<Item<T>> find(Session session, Viewer viewer, UUID id) {
    return find(session, viewer, id, "true");
  }

  /** Finds one that the viewer may change, and keeps others from changing it. */
  Mono<Standard> lockOwned(Transaction transaction, Viewer viewer, UUID id) {
    return lock(transaction, viewer, id, type.owned());
  }

  /** Likewise, one that the viewer may delete. */
  Mono<Standard> lockRemovable(Transaction transaction, Viewer viewer, UUID id) {
    return lock(transaction, viewer, id, type.removable());
  }

  /** What is another's to change is not there for whoever wants to, as Neutron has it. */
  private Mono<Standard> lock(Transaction transaction, Viewer viewer, UUID id, String condition) {
    return transaction
        .sql("SELECT id FROM " + type.table() + " WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(find(transaction, viewer, id, "(:everything OR " + condition + ")"))
        .map(Item::standard);
  }

  private Mono<Item<T>> find(Session session, Viewer viewer, UUID id, String condition) {
    String column = type.rows().alias() + ".id";
    return type.rows()
        .select(
            session,
            viewer,
            new Selection(List.of(column + " = :id", condition), Map.of("id", id), column, 1),
            (thing, row) -> new Item<>(thing, Standard.of(row)))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(type.rows().thing(), id.toString())));
  }
}
