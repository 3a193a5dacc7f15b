package io.virga.control.network.model;

import io.virga.control.database.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What every resource has: Neutron's standard attributes, from columns of the same names. */
public record Standard(
    UUID id,
    String projectId,
    String description,
    List<String> tags,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public Standard {
    tags = List.copyOf(tags);
  }

  /** Those of something that is not made yet. */
  public static Standard ofNew(UUID id, String projectId, String description) {
    return new Standard(id, projectId, description, List.of(), Instant.EPOCH, Instant.EPOCH, 1);
  }

  public static Standard of(Row row) {
    return new Standard(
        row.uuid("id"),
        row.text("project_id"),
        row.text("description"),
        row.texts("tags"),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }

  /** The same with that description. */
  public Standard described(String newDescription) {
    return new Standard(id, projectId, newDescription, tags, createdAt, updatedAt, revision);
  }

  /** The same, of that project. */
  public Standard ofProject(String project) {
    return new Standard(id, project, description, tags, createdAt, updatedAt, revision);
  }
}
