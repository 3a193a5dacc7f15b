package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.ListPart;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** Pages of lists of servers. */
public final class ServerLists {

  private static final OwnedRows<Server> WITHOUT_USER_DATA =
      ServerStore.rows("NULL::text AS public_key, NULL::text AS user_data", ServerStore::server);
  private static final OwnedRows<Named> NAMED =
      new OwnedRows<>(
          ServerStore.THING,
          new OwnedRows.Query("s", "SELECT s.id, s.name FROM server s", ServerStore.VISIBLE),
          row -> new Named(row.uuid("id"), row.text("name")));

  /** What a brief list shows. */
  public record Named(UUID id, String name) {}

  /** Their ids and names. Fails with bad request if there is no such marker. */
  public Flux<Named> names(Session session, Viewer viewer, ListQuery query, ListPart part) {
    return page(NAMED, session, viewer, query, part);
  }

  /** Whole, but without their keys and user data, of which there may be much. Fails likewise. */
  public Flux<Server> withoutUserData(
      Session session, Viewer viewer, ListQuery query, ListPart part) {
    return page(WITHOUT_USER_DATA, session, viewer, query, part);
  }

  /** All there is of them. Fails likewise. */
  public Flux<Server> whole(Session session, Viewer viewer, ListQuery query, ListPart part) {
    return page(ServerStore.ROWS, session, viewer, query, part);
  }

  private static <T> Flux<T> page(
      OwnedRows<T> rows, Session session, Viewer viewer, ListQuery query, ListPart part) {
    return new OwnedLists<>("server", rows)
        .page(session, viewer, query, part)
        .onErrorMap(ApiFault::isNotFound, e -> noMarker(part.marker().orElseThrow().toString()));
  }

  /** There is no server of the id. */
  public static ApiFault noMarker(String marker) {
    return ApiFault.badRequest("marker [%s] not found".formatted(marker));
  }
}
