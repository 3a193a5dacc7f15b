package io.virga.control.identity.directory;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import java.util.List;
import java.util.Set;

/** What projects and domains both have, as a domain is a project too. */
record ProjectAttributes(
    String name, String description, boolean enabled, List<String> tags, Extra extra) {

  static final String COLUMNS = "name, description, enabled, tags, " + Extra.COLUMN;

  private static final int MAX_NAME = 64;

  /**
   * Those that a domain has only as a project among them, so that none is kept as something else.
   */
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

  ProjectAttributes {
    tags = List.copyOf(tags);
  }

  static ProjectAttributes of(Row row) {
    return new ProjectAttributes(
        row.text("name"),
        row.text("description"),
        row.flag("enabled"),
        row.texts("tags"),
        Extra.of(row));
  }

  static ProjectAttributes created(JsonBody body) {
    return new ProjectAttributes(
        body.name("name", MAX_NAME),
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
        body.strictFlag("enabled", true),
        ProjectTags.of(body),
        Extra.of(body, OWN));
  }

  ProjectAttributes changed(JsonBody body) {
    return new ProjectAttributes(
        body.has("name") ? body.name("name", MAX_NAME) : name,
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
        body.strictFlag("enabled", enabled),
        body.has("tags") ? ProjectTags.of(body) : tags,
        extra.changed(body, OWN));
  }

  View in(View view) {
    return extra.in(
        view.with("name", name)
            .with("description", description)
            .with("enabled", enabled)
            .with("tags", tags)
            .with("options", View.empty()));
  }

  Statement bind(Statement statement) {
    return extra.bind(
        statement
            .bind("name", name)
            .bind("description", description)
            .bind("enabled", enabled)
            .bind("tags", tags.toArray(String[]::new)));
  }
}
