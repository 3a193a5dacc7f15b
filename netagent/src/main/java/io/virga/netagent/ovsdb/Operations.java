package io.virga.netagent.ovsdb;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Operations of a transaction (RFC 7047 §5.2), and the values in them. */
final class Operations {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Operations() {}

  /** Columns of the row with the name. */
  static ObjectNode select(String table, String name, List<String> columns) {
    return select(table, named(name), columns);
  }

  static ObjectNode selectAll(String table, List<String> columns) {
    return select(table, everyRow(), columns);
  }

  private static ObjectNode select(String table, ArrayNode where, List<String> columns) {
    ObjectNode select = operation("select", table);
    select.set("where", where);
    ArrayNode wanted = NODES.arrayNode();
    columns.forEach(wanted::add);
    select.set("columns", wanted);
    return select;
  }

  /** A new row, to which others may refer by the name {@code uuidName}. */
  static ObjectNode insert(String table, String uuidName, ObjectNode row) {
    ObjectNode insert = operation("insert", table).put("uuid-name", uuidName);
    insert.set("row", row);
    return insert;
  }

  /** Sets columns of the row with the name. */
  static ObjectNode update(String table, String name, ObjectNode row) {
    ObjectNode update = operation("update", table);
    update.set("where", named(name));
    update.set("row", row);
    return update;
  }

  /** Changes a column of rows: a number, or what a set or map has in it. */
  static ObjectNode mutate(
      String table, ArrayNode where, String column, String mutator, JsonNode value) {
    ObjectNode mutate = operation("mutate", table);
    mutate.set("where", where);
    ArrayNode mutations = NODES.arrayNode();
    mutations.addArray().add(column).add(mutator).add(value);
    mutate.set("mutations", mutations);
    return mutate;
  }

  private static ObjectNode operation(String name, String table) {
    return NODES.objectNode().put("op", name).put("table", table);
  }

  /** To a row that this transaction inserts. */
  static ArrayNode reference(String uuidName) {
    return NODES.arrayNode().add("named-uuid").add(uuidName);
  }

  static ArrayNode named(String name) {
    ArrayNode where = NODES.arrayNode();
    where.addArray().add("name").add("==").add(name);
    return where;
  }

  /** The one row of a table that has one. */
  static ArrayNode everyRow() {
    return NODES.arrayNode();
  }

  static ObjectNode row() {
    return NODES.objectNode();
  }

  static ArrayNode map(Map<String, String> pairs) {
    ArrayNode map = NODES.arrayNode().add("map");
    ArrayNode entries = map.addArray();
    new TreeMap<>(pairs).forEach((key, value) -> entries.addArray().add(key).add(value));
    return map;
  }

  static Map<String, String> pairs(JsonNode map) {
    Map<String, String> pairs = new TreeMap<>();
    for (JsonNode pair : map.path(1)) {
      pairs.put(pair.path(0).asString(""), pair.path(1).asString(""));
    }
    return pairs;
  }
}
