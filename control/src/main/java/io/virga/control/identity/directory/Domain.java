package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import java.util.List;
import java.util.Set;

/** A domain. */
record Domain(
    String id, String name, String description, boolean enabled, List<String> tags, Extra extra)
    implements Directory.Entry {

  static final String COLUMNS =
      "SELECT id, name, description, enabled, tags, " + Extra.COLUMN + " FROM identity_domain ";

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

  /** Also those that it has as a project, so that none is kept as something else. */
  private static final Set<String> OWN =
      Set.of(
          "name",
          "description",
          "enabled",
          "tags",
          "options",
          "domain_id",
          "parent_id",
          "is_domain",
          "parents",
          "subtree");

  private static final int MAX_NAME = 64;

  static Domain of(Row row) {
    return new Domain(
        row.text("id"),
        row.text("name"),
        row.text("description"),
        row.flag("enabled"),
        row.texts("tags"),
        Extra.of(row));
  }

  static Domain created(JsonBody body) {
    return new Domain(
        Ids.nextHex(),
        body.name("name", MAX_NAME),
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
        body.strictFlag("enabled", true),
        ProjectTags.of(body),
        Extra.of(body, OWN));
  }

  Domain changed(JsonBody body) {
    return new Domain(
        id,
        body.has("name") ? body.name("name", MAX_NAME) : name,
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
        body.strictFlag("enabled", enabled),
        body.has("tags") ? ProjectTags.of(body) : tags,
        extra.changed(body, OWN));
  }

  @Override
  public String domainId() {
    return id;
  }

  @Override
  public String taken() {
    return "project - it is not permitted to have two projects acting as domains with the same"
        + " name: "
        + name;
  }

  @Override
  public View view() {
    return extra.in(
        View.of("id", id)
            .with("name", name)
            .with("description", description)
            .with("enabled", enabled)
            .with("tags", tags)
            .with("options", View.empty()));
  }

  @Override
  public Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("id", id)
            .bind("name", name)
            .bind("description", description)
            .bind("enabled", enabled)
            .bind("tags", tags.toArray(String[]::new)));
  }
}
