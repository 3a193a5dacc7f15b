package io.virga.control.image.metadef;

import static java.util.Map.entry;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads definitions of properties, which are JSON Schema's words for values (Glance, {@code
 * /v2/schemas/metadefs/property}), and objects, which are sets of properties.
 */
final class Definitions {

  static final int NAME_LENGTH = 80;

  /** What the value of a property may be. */
  static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");

  private static final Rule TEXT = new Rule(JsonNode::isString, "a text");
  private static final Rule TEXTS = new Rule(Definitions::areTexts, "a list of texts");
  private static final Rule LIST = new Rule(JsonNode::isArray, "a list");
  private static final Rule FLAG = new Rule(JsonNode::isBoolean, "true or false");
  private static final Rule NUMBER = new Rule(JsonNode::isNumber, "a number");
  private static final Rule COUNT =
      new Rule(
          node -> node.isIntegralNumber() && node.bigIntegerValue().signum() >= 0,
          "a whole number of 0 or more");

  private static final Map<String, Rule> PROPERTY =
      Map.ofEntries(
          entry("title", TEXT),
          entry("type", new Rule(Definitions::isType, "one of " + String.join(", ", TYPES))),
          entry("description", TEXT),
          entry("operators", TEXTS),
          entry("required", TEXTS),
          entry("minimum", NUMBER),
          entry("maximum", NUMBER),
          entry("minLength", COUNT),
          entry("maxLength", COUNT),
          entry("pattern", TEXT),
          entry("enum", LIST),
          entry("readonly", FLAG),
          entry("default", new Rule(node -> true, "a value")),
          entry("items", new Rule(Definitions::areItems, "an object of type and enum")),
          entry("minItems", COUNT),
          entry("maxItems", COUNT),
          entry("uniqueItems", FLAG),
          entry("additionalItems", FLAG));

  private static final Map<String, Rule> OBJECT =
      Map.ofEntries(entry("description", TEXT), entry("required", TEXTS));

  private Definitions() {}

  /** What a value must be, and that in words. */
  private record Rule(Predicate<JsonNode> fits, String what) {}

  /** A property, but for its name. */
  static ObjectNode property(JsonBody body) {
    ObjectNode read = Json.mapper().createObjectNode();
    for (String name : body.names()) {
      if (!name.equals("name")) {
        read(body, name, PROPERTY, read);
      }
    }
    require(body, read, "title");
    require(body, read, "type");
    return read;
  }

  /** Properties by their names. */
  static ObjectNode properties(JsonBody body) {
    ObjectNode all = Json.mapper().createObjectNode();
    for (String name : body.names()) {
      if (name.isEmpty() || name.length() > NAME_LENGTH) {
        throw ApiFault.badRequest(
            "The name of a property is of 1 to %d characters.".formatted(NAME_LENGTH));
      }
      all.set(name, property(body.object(name)));
    }
    return all;
  }

  /** An object, but for its name. */
  static ObjectNode object(JsonBody body) {
    ObjectNode read = Json.mapper().createObjectNode();
    for (String name : body.names()) {
      if (!name.equals("name") && !name.equals("properties")) {
        read(body, name, OBJECT, read);
      }
    }
    body.optionalObject("properties").ifPresent(all -> read.set("properties", properties(all)));
    return read;
  }

  private static void read(JsonBody body, String name, Map<String, Rule> rules, ObjectNode into) {
    Rule rule = rules.get(name);
    if (rule == null) {
      throw ApiFault.badRequest(
          "%s: unknown, accepted are %s"
              .formatted(
                  body.at(name), String.join(", ", rules.keySet().stream().sorted().toList())));
    }
    body.member(name)
        .ifPresent(
            value -> {
              if (!rule.fits().test(value)) {
                throw ApiFault.badRequest(body.at(name) + ": is not " + rule.what());
              }
              into.set(name, value);
            });
  }

  private static void require(JsonBody body, ObjectNode read, String name) {
    if (!read.has(name)) {
      throw ApiFault.badRequest(body.at(name) + ": is required");
    }
  }

  private static boolean isType(JsonNode node) {
    return node.isString() && TYPES.contains(node.stringValue());
  }

  private static boolean areTexts(JsonNode node) {
    return node.isArray() && node.valueStream().allMatch(JsonNode::isString);
  }

  private static boolean areItems(JsonNode node) {
    return node.isObject()
        && node.properties().stream()
            .allMatch(
                member ->
                    switch (member.getKey()) {
                      case "type" -> isType(member.getValue());
                      case "enum" -> member.getValue().isArray();
                      default -> false;
                    });
  }
}
