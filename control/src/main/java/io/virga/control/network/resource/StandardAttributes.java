package io.virga.control.network.resource;

import io.virga.control.network.model.Standard;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The attributes that all resources have. */
final class StandardAttributes {

  private StandardAttributes() {}

  /** Those that come first: whose it is. */
  static List<Attribute<Standard>> identity(String alias) {
    return List.of(
        Attribute.of("id", Standard::id).id(alias + ".id"),
        Attribute.of("tenant_id", Standard::projectId).text(alias + ".project_id"),
        Attribute.of("project_id", Standard::projectId).text(alias + ".project_id"));
  }

  /** Those that come last. */
  static List<Attribute<Standard>> others(String alias) {
    return List.of(
        Attribute.of("description", Standard::description).text(alias + ".description"),
        Attribute.of("tags", Standard::tags).filteredBy(Filters.allOf(alias + ".tags")),
        time("created_at", Standard::createdAt, alias),
        time("updated_at", Standard::updatedAt, alias),
        Attribute.of("revision_number", Standard::revision).number(alias + ".revision"));
  }

  private static Attribute<Standard> time(
      String name, Function<Standard, Instant> value, String alias) {
    String column = alias + "." + name;
    return new Attribute<>(
        name,
        value.andThen(time -> time.truncatedTo(ChronoUnit.SECONDS).toString()),
        Optional.empty(),
        Optional.of(column),
        false);
  }
}
