package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;

/** A domain. */
record Domain(String id, ProjectAttributes attributes) implements Directory.Entry {

  static final String COLUMNS =
      "SELECT id, " + ProjectAttributes.COLUMNS + " FROM identity_domain ";

  static final String INSERT =
      """
      INSERT INTO identity_domain (id, name, description, enabled, tags, extra)
      VALUES (:id, :name, :description, :enabled, :tags, CAST(:extra AS jsonb))
      """;

  static final String UPDATE =
      """
      UPDATE identity_domain
         SET name = :name, description = :description, enabled = :enabled, tags = :tags,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  static Domain of(Row row) {
    return new Domain(row.text("id"), ProjectAttributes.of(row));
  }

  static Domain created(JsonBody body) {
    return new Domain(Ids.nextHex(), ProjectAttributes.created(body));
  }

  Domain changed(JsonBody body) {
    return new Domain(id, attributes.changed(body));
  }

  boolean enabled() {
    return attributes.enabled();
  }

  @Override
  public String domainId() {
    return id;
  }

  @Override
  public String taken() {
    return "project - it is not permitted to have two projects acting as domains with the same"
        + " name: "
        + attributes.name();
  }

  @Override
  public View view() {
    return attributes.in(View.of("id", id));
  }

  @Override
  public Statement bind(Statement statement) {
    return attributes.bind(statement.bind("id", id));
  }
}
