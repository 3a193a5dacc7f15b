package io.virga.control.identity.view;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.dataplane.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Attributes that clients keep with a thing and that mean nothing here, as Keystone lets them. None
 * is ever shown under the name of an attribute that means something.
 *
 * @param attributes by their names, at most {@link #MAX_ATTRIBUTES}, as JSON at most {@link
 *     #MAX_BYTES}
 */
public record Extra(Map<String, JsonNode> attributes) {

  public static final Extra NONE = new Extra(Map.of());

  /** What is read of it; the column is a {@code jsonb}. */
  public static final String COLUMN = "extra::text AS extra";

  static final int MAX_ATTRIBUTES = 64;
  static final int MAX_BYTES = 16 << 10;

  private static final int MAX_NAME = 255;
  private static final Set<String> EVERYWHERE = Set.of("id", "links");

  public Extra {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  public static Extra of(Row row) {
    Map<String, JsonNode> attributes = new LinkedHashMap<>();
    Json.mapper()
        .readTree(row.text("extra"))
        .properties()
        .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue()));
    return new Extra(attributes);
  }

  /**
   * Those of a thing that is made.
   *
   * @param own the names that mean something there
   */
  public static Extra of(JsonBody body, Set<String> own) {
    return NONE.changed(body, own);
  }

  /** Those that are named anew, and the others as they were. */
  public Extra changed(JsonBody body, Set<String> own) {
    Map<String, JsonNode> changed = new LinkedHashMap<>(attributes);
    body.members()
        .forEach(
            (name, value) -> {
              if (!own.contains(name) && !EVERYWHERE.contains(name)) {
                changed.put(name, value);
              }
            });
    check(changed);
    return new Extra(changed);
  }

  private static void check(Map<String, JsonNode> attributes) {
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw ApiFault.badRequest(
          "There are %d attributes that mean nothing here, accepted are %d."
              .formatted(attributes.size(), MAX_ATTRIBUTES));
    }
    int bytes = Json.bytes(attributes).length;
    if (bytes > MAX_BYTES || attributes.keySet().stream().anyMatch(n -> n.length() > MAX_NAME)) {
      throw ApiFault.badRequest(
          ("Attributes that mean nothing here: accepted are %d bytes together, and names of %d"
                  + " characters.")
              .formatted(MAX_BYTES, MAX_NAME));
    }
  }

  /** For {@code CAST(:extra AS jsonb)}. */
  public Statement bind(Statement statement) {
    return statement.bindJson("extra", attributes);
  }

  /** Puts them behind what is there. */
  public View in(View view) {
    attributes.forEach(
        (name, value) -> {
          if (!view.members().containsKey(name)) {
            view.with(name, value);
          }
        });
    return view;
  }
}
