package io.virga.control.identity.roles;

import io.virga.control.database.Row;

/** A role by id and name. */
public record Role(String id, String name) {

  public static Role of(Row row) {
    return new Role(row.text("id"), row.text("name"));
  }
}
