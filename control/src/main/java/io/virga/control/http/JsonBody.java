package io.virga.control.http;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object that a client sent, read member by member. Each getter says what is accepted and
 * refuses everything else with a message that names the member by its path, for example {@code
 * volume.size: -1 is not between 1 and 16384}. An absent member and {@code null} are the same
 * unless asked by {@link #has}.
 */
public final class JsonBody {

  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
  private static final int SHOWN_LENGTH = 64;

  private final JsonNode node;
  private final String path;

  private JsonBody(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  static JsonBody ofRoot(JsonNode node) {
    if (!node.isObject()) {
      throw ApiFault.badRequest("The body is not a JSON object.");
    }
    return new JsonBody(node, "");
  }

  /** An object that came as text inside of another. */
  public static JsonBody parse(String json, String path) {
    try {
      JsonNode node = Json.mapper().readTree(json);
      if (node.isObject()) {
        return new JsonBody(node, path);
      }
    } catch (JacksonException e) {
      throw ApiFault.badRequest(path + ": is not JSON: " + e.getOriginalMessage());
    }
    throw ApiFault.badRequest(path + ": is not a JSON object");
  }

  /** Whether the member is there, be it {@code null}. */
  public boolean has(String name) {
    return node.has(name);
  }

  /** The names of all members. */
  public List<String> names() {
    node.propertyNames().forEach(name -> checkText(path, name));
    return List.copyOf(node.propertyNames());
  }

  /** Refuses members of any other name. */
  public void allowOnly(String... names) {
    List<String> known = List.of(names);
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        throw ApiFault.badRequest(
            "%s: unknown, accepted are %s".formatted(at(shown(name)), String.join(", ", known)));
      }
    }
  }

  public JsonBody object(String name) {
    return required(name, optionalObject(name));
  }

  /** What is to be changed: an object of at least one member. */
  public JsonBody changes(String name) {
    JsonBody changes = object(name);
    if (changes.node.isEmpty()) {
      throw ApiFault.badRequest(at(name) + ": names nothing to be changed");
    }
    return changes;
  }

  public Optional<JsonBody> optionalObject(String name) {
    return member(name)
        .map(
            value -> {
              if (!value.isObject()) {
                throw refused(name, value, "is not an object");
              }
              return new JsonBody(value, at(name));
            });
  }

  /** Text of 1 to {@code maxLength} characters. */
  public String text(String name, int maxLength) {
    String text = required(name, optionalText(name, maxLength));
    if (text.isEmpty()) {
      throw ApiFault.badRequest(at(name) + ": may not be empty");
    }
    return text;
  }

  /** Text of 1 to {@code maxLength} characters, of which one at least is no blank. */
  public String name(String name, int maxLength) {
    String text = text(name, maxLength);
    if (text.isBlank()) {
      throw ApiFault.badRequest(at(name) + ": may not be blank");
    }
    return text;
  }

  /** Text of 0 to {@code maxLength} characters. */
  public Optional<String> optionalText(String name, int maxLength) {
    return member(name).map(value -> textOf(at(name), value, maxLength));
  }

  /** One of the given words. */
  public Optional<String> optionalChoice(String name, List<String> accepted) {
    Optional<String> choice = optionalText(name, 255);
    if (choice.isPresent() && !accepted.contains(choice.get())) {
      throw ApiFault.badRequest(
          "%s: '%s' is not one of %s"
              .formatted(at(name), shown(choice.get()), String.join(", ", accepted)));
    }
    return choice;
  }

  /** A whole number from {@code min} to {@code max}, both accepted; also as text of digits. */
  public long number(String name, long min, long max) {
    return required(name, optionalNumber(name, min, max));
  }

  public Optional<Long> optionalNumber(String name, long min, long max) {
    return number(name, member(name), min, max);
  }

  /** Likewise; no text, be it of digits. */
  public Optional<Long> strictNumber(String name, long min, long max) {
    Optional<JsonNode> value = member(name);
    value
        .filter(text -> !text.isNumber())
        .ifPresent(
            text -> {
              throw refused(name, text, "is not a whole number");
            });
    return number(name, value, min, max);
  }

  private Optional<Long> number(String name, Optional<JsonNode> member, long min, long max) {
    return member.map(
        value -> {
          boolean digits = value.isString() && WHOLE_NUMBER.matcher(value.stringValue()).matches();
          if (!digits && !value.isIntegralNumber()) {
            throw refused(name, value, "is not a whole number");
          }
          if (!digits && !value.canConvertToLong()) {
            throw refused(name, value, "is not between " + min + " and " + max);
          }
          long number = digits ? Long.parseLong(value.stringValue()) : value.longValue();
          if (number < min || number > max) {
            throw refused(name, value, "is not between " + min + " and " + max);
          }
          return number;
        });
  }

  public boolean flag(String name, boolean absent) {
    return optionalFlag(name).orElse(absent);
  }

  public Optional<Boolean> optionalFlag(String name) {
    return member(name)
        .map(
            value -> {
              if (value.isBoolean()) {
                return value.booleanValue();
              }
              String text = value.isString() ? value.stringValue() : "";
              if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return text.equalsIgnoreCase("true");
              }
              throw refused(name, value, "is not true or false");
            });
  }

  /** JSON's own {@code true} or {@code false}: no text, and not {@code null}. */
  public boolean strictFlag(String name, boolean absent) {
    return strictFlag(name).orElse(absent);
  }

  /** Likewise; empty if the member is absent. */
  public Optional<Boolean> strictFlag(String name) {
    return Optional.ofNullable(node.get(name))
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw refused(name, value, "is not true or false");
              }
              return value.booleanValue();
            });
  }

  /** A list of objects; none if the member is absent. */
  public List<JsonBody> objects(String name, int maxItems) {
    List<JsonBody> objects = new ArrayList<>();
    for (JsonNode item : items(name, maxItems)) {
      String itemPath = at(name) + "[" + objects.size() + "]";
      if (!item.isObject()) {
        throw ApiFault.badRequest(itemPath + ": " + shown(item.toString()) + " is not an object");
      }
      objects.add(new JsonBody(item, itemPath));
    }
    return objects;
  }

  /** A list of texts; none if the member is absent. */
  public List<String> texts(String name, int maxItems, int maxLength) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(name, maxItems)) {
      texts.add(textOf(at(name) + "[" + texts.size() + "]", item, maxLength));
    }
    return texts;
  }

  /** An object whose members are all texts; empty if the member is absent. */
  public Map<String, String> textMap(String name, int maxItems, int maxLength) {
    Map<String, String> map = new LinkedHashMap<>();
    optionalObject(name)
        .ifPresent(
            object ->
                object
                    .node
                    .properties()
                    .forEach(
                        entry -> {
                          String key = textKey(object, entry.getKey(), maxLength);
                          map.put(key, textOf(object.at(key), entry.getValue(), maxLength));
                        }));
    if (map.size() > maxItems) {
      throw ApiFault.badRequest(at(name) + ": has more than " + maxItems + " members");
    }
    return map;
  }

  /**
   * All members as they came, {@code null} among them. Their texts and numbers are such as can be
   * kept.
   */
  public Map<String, JsonNode> members() {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    node.properties()
        .forEach(
            member -> {
              String where = at(shown(member.getKey()));
              checkText(where, member.getKey());
              checkKept(where, member.getValue());
              members.put(member.getKey(), member.getValue());
            });
    return members;
  }

  private static void checkKept(String where, JsonNode value) {
    if (value.isString()) {
      checkText(where, value.stringValue());
    }
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw ApiFault.badRequest(where + ": is a number beyond all that can be kept");
    }
    for (String name : value.propertyNames()) {
      checkText(where, name);
    }
    value.forEach(inner -> checkKept(where, inner));
  }

  /** The value as it came, for what no getter reads; absent if {@code null}. */
  public Optional<JsonNode> member(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** The path of a member, as messages name it. */
  public String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** PostgreSQL keeps no NUL and no half of a surrogate pair, so nothing else may let them in. */
  static void checkText(String where, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || Character.isSurrogate(c) && !pair) {
        throw ApiFault.badRequest(where + ": holds a character that is not text");
      }
      if (pair) {
        i++;
      }
    }
  }

  private static String textKey(JsonBody object, String key, int maxLength) {
    if (key.isEmpty() || key.codePointCount(0, key.length()) > maxLength) {
      throw ApiFault.badRequest(
          "%s: the name '%s' is not of 1 to %d characters"
              .formatted(object.path, shown(key), maxLength));
    }
    checkText(object.path, key);
    return key;
  }

  private static String textOf(String where, JsonNode value, int maxLength) {
    if (!value.isString()) {
      throw ApiFault.badRequest(where + ": " + shown(value.toString()) + " is not a text");
    }
    String text = value.stringValue();
    checkText(where, text);
    if (text.codePointCount(0, text.length()) > maxLength) {
      throw ApiFault.badRequest(
          "%s: '%s' is longer than %d characters".formatted(where, shown(text), maxLength));
    }
    return text;
  }

  private Iterable<JsonNode> items(String name, int maxItems) {
    Optional<JsonNode> list = member(name);
    if (list.isEmpty()) {
      return List.of();
    }
    if (!list.get().isArray()) {
      throw refused(name, list.get(), "is not a list");
    }
    if (list.get().size() > maxItems) {
      throw ApiFault.badRequest(at(name) + ": has more than " + maxItems + " items");
    }
    return list.get();
  }

  private <T> T required(String name, Optional<T> value) {
    return value.orElseThrow(() -> ApiFault.badRequest(at(name) + ": is required"));
  }

  private ApiFault refused(String name, JsonNode value, String why) {
    return ApiFault.badRequest(at(name) + ": " + shown(value.toString()) + " " + why);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "…";
  }
}
