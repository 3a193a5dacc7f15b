package io.virga.netagent.ovsdb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * The table Interface as {@code monitor_cond} tells it (ovsdb-server(7), "Update2 Notification").
 * Not thread-safe.
 */
final class InterfaceTable {

  /** The columns that are monitored. */
  static final List<String> COLUMNS = List.of("name", "external_ids", "ofport", "mac_in_use");

  private static final Interface EMPTY = new Interface("", Map.of(), OptionalInt.empty(), "");

  private final Map<String, Interface> rows = new HashMap<>();

  /** Takes in {@code <table-updates2>}. */
  void apply(JsonNode tableUpdates) {
    for (Map.Entry<String, JsonNode> row : tableUpdates.path("Interface").properties()) {
      JsonNode update = row.getValue();
      if (update.has("delete")) {
        rows.remove(row.getKey());
      } else if (update.has("modify")) {
        rows.computeIfPresent(row.getKey(), (_, old) -> modified(old, update.path("modify")));
      } else {
        JsonNode whole = update.has("initial") ? update.path("initial") : update.path("insert");
        rows.put(row.getKey(), modified(EMPTY, whole));
      }
    }
  }

  List<Interface> rows() {
    return List.copyOf(rows.values());
  }

  private static Interface modified(Interface old, JsonNode columns) {
    return new Interface(
        columns.has("name") ? columns.path("name").asString("") : old.name(),
        columns.has("external_ids")
            ? changedMap(old.externalIds(), columns.path("external_ids"))
            : old.externalIds(),
        columns.has("ofport") ? ofport(columns.path("ofport")) : old.ofport(),
        columns.has("mac_in_use") ? text(columns.path("mac_in_use")) : old.macInUse());
  }

  /** A map's difference: pairs to add or replace; a pair that is there already is to be removed. */
  private static Map<String, String> changedMap(Map<String, String> old, JsonNode difference) {
    Map<String, String> changed = new HashMap<>(old);
    for (JsonNode pair : difference.path(1)) {
      String key = pair.path(0).asString("");
      String value = pair.path(1).asString("");
      if (!changed.remove(key, value)) {
        changed.put(key, value);
      }
    }
    return changed;
  }

  private static OptionalInt ofport(JsonNode value) {
    return value.isNumber() && value.asInt(0) > 0
        ? OptionalInt.of(value.asInt(0))
        : OptionalInt.empty();
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : "";
  }
}
