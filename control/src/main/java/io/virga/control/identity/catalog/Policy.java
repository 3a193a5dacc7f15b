package io.virga.control.identity.catalog;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import io.virga.control.identity.view.Keystone;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * A policy that services may fetch. It is kept for them, and nothing here is decided by it.
 *
 * @param type a media type, for example {@code application/json}
 * @param blob in whatever form the type says
 */
record Policy(String id, String type, String blob, Extra extra) {

  static final String COLUMNS = "SELECT id, type, blob, " + Extra.COLUMN + " FROM identity_policy ";

  private static final Set<String> OWN = Set.of("type", "blob");
  private static final int MAX_TYPE = 255;
  private static final int MAX_BLOB = 64 << 10;

  static Policy of(Row row) {
    return new Policy(row.text("id"), row.text("type"), row.text("blob"), Extra.of(row));
  }

  static Mono<Policy> find(Session session, String id, String lock) {
    return session
        .sql(COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Policy::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("policy", id)));
  }

  static Policy created(JsonBody body) {
    return new Policy(
        Ids.nextHex(),
        body.text("type", MAX_TYPE),
        body.text("blob", MAX_BLOB),
        Extra.of(body, OWN));
  }

  Policy changed(JsonBody body) {
    return new Policy(
        id,
        body.has("type") ? body.text("type", MAX_TYPE) : type,
        body.has("blob") ? body.text("blob", MAX_BLOB) : blob,
        extra.changed(body, OWN));
  }

  Statement bind(Statement statement) {
    return extra.bind(statement.bind("id", id).bind("type", type).bind("blob", blob));
  }

  /** Without the link to itself. */
  View view() {
    return extra.in(View.of("id", id).with("type", type).with("blob", blob));
  }
}
