package io.virga.control.identity.catalog;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import java.util.Set;

/** Something that the cloud offers. */
record Service(
    String id, String type, String name, String description, boolean enabled, Extra extra) {

  static final String COLUMNS =
      "SELECT id, type, name, description, enabled, " + Extra.COLUMN + " FROM identity_service ";

  private static final Set<String> OWN = Set.of("type", "name", "description", "enabled");
  private static final int MAX_TEXT = 255;

  static Service of(Row row) {
    return new Service(
        row.text("id"),
        row.text("type"),
        row.text("name"),
        row.text("description"),
        row.flag("enabled"),
        Extra.of(row));
  }

  static Service created(JsonBody body) {
    return new Service(
        Ids.nextHex(),
        body.text("type", MAX_TEXT),
        body.optionalText("name", MAX_TEXT).orElse(""),
        body.optionalText("description", MAX_TEXT).orElse(""),
        body.strictFlag("enabled", true),
        Extra.of(body, OWN));
  }

  Service changed(JsonBody body) {
    return new Service(
        id,
        body.has("type") ? body.text("type", MAX_TEXT) : type,
        body.optionalText("name", MAX_TEXT).orElse(name),
        body.optionalText("description", MAX_TEXT).orElse(description),
        body.strictFlag("enabled", enabled),
        extra.changed(body, OWN));
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("type", type)
            .bind("name", name)
            .bind("description", description)
            .bind("enabled", enabled));
  }

  View view() {
    return extra.in(
        View.of("id", id)
            .with("type", type)
            .with("name", name)
            .with("description", description)
            .with("enabled", enabled));
  }
}
