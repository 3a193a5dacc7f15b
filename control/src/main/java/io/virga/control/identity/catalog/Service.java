package io.virga.control.identity.catalog;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;

/** Something that the cloud offers. */
record Service(String id, String type, String name, String description, boolean enabled) {

  static final String COLUMNS =
      "SELECT id, type, name, description, enabled FROM identity_service ";

  private static final int MAX_TEXT = 255;

  static Service of(Row row) {
    return new Service(
        row.text("id"),
        row.text("type"),
        row.text("name"),
        row.text("description"),
        row.flag("enabled"));
  }

  static Service created(JsonBody body) {
    return new Service(
        Ids.nextHex(),
        body.text("type", MAX_TEXT),
        body.optionalText("name", MAX_TEXT).orElse(""),
        body.optionalText("description", MAX_TEXT).orElse(""),
        body.strictFlag("enabled", true));
  }

  Service changed(JsonBody body) {
    return new Service(
        id,
        body.has("type") ? body.text("type", MAX_TEXT) : type,
        body.optionalText("name", MAX_TEXT).orElse(name),
        body.optionalText("description", MAX_TEXT).orElse(description),
        body.strictFlag("enabled", enabled));
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("type", type)
        .bind("name", name)
        .bind("description", description)
        .bind("enabled", enabled);
  }

  View view() {
    return View.of("id", id)
        .with("type", type)
        .with("name", name)
        .with("description", description)
        .with("enabled", enabled);
  }
}
