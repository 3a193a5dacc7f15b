package io.virga.control.identity.options;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The options of a user.
 *
 * @param values by their names in the API: flags, and the rules of several factors
 */
public record UserOptions(Map<String, Object> values) {

  public static final UserOptions NONE = new UserOptions(Map.of());

  private static final String RULES = "multi_factor_auth_rules";
  private static final String RULES_ENABLED = "multi_factor_auth_enabled";
  private static final String IGNORE_LOCKOUT = "ignore_lockout_failure_attempts";
  private static final String IGNORE_EXPIRY = "ignore_password_expiry";
  private static final String IGNORE_FIRST_USE = "ignore_change_password_upon_first_use";
  private static final String LOCK_PASSWORD = "lock_password";
  private static final int MAX_RULES = 16;

  private static final Set<String> FLAGS =
      Set.of(
          RULES_ENABLED,
          IGNORE_LOCKOUT,
          IGNORE_EXPIRY,
          IGNORE_FIRST_USE,
          LOCK_PASSWORD,
          "ignore_user_inactivity");

  private static final Set<String> METHODS =
      Set.of("password", "totp", "token", "application_credential");

  public UserOptions {
    values = Map.copyOf(values);
  }

  /** What was written before. */
  public static UserOptions parse(String json) {
    Map<String, Object> values = new TreeMap<>();
    Json.mapper()
        .readTree(json)
        .properties()
        .forEach(
            option ->
                values.put(
                    option.getKey(),
                    option.getValue().isBoolean()
                        ? option.getValue().booleanValue()
                        : rules(option.getKey(), option.getValue())));
    return new UserOptions(values);
  }

  /** Those of the member {@code options} instead of what is there; {@code null} removes one. */
  public UserOptions changed(JsonBody user) {
    Map<String, Object> changed = new TreeMap<>(values);
    user.optionalObject("options")
        .ifPresent(
            options -> {
              for (String name : options.names()) {
                changed.remove(name);
                options
                    .member(name)
                    .ifPresent(value -> changed.put(name, checked(options.at(name), name, value)));
              }
            });
    return new UserOptions(changed);
  }

  private static Object checked(String where, String name, JsonNode value) {
    if (name.equals(RULES)) {
      return rules(where, value);
    }
    if (!FLAGS.contains(name)) {
      throw ApiFault.badRequest(where + ": there is no such option of users");
    }
    if (!value.isBoolean()) {
      throw ApiFault.badRequest(where + ": " + value + " is not true or false");
    }
    return value.booleanValue();
  }

  private static List<List<String>> rules(String where, JsonNode value) {
    List<List<String>> rules = new ArrayList<>();
    for (JsonNode rule : value) {
      List<String> methods = rule.valueStream().map(JsonNode::asString).toList();
      if (!rule.isArray()
          || methods.isEmpty()
          || new HashSet<>(methods).size() != methods.size()
          || rule.valueStream().anyMatch(method -> !method.isString())) {
        throw ApiFault.badRequest(where + ": " + rule + " is not a list of different methods");
      }
      rules.add(methods);
    }
    if (!value.isArray() || rules.size() > MAX_RULES) {
      throw ApiFault.badRequest(where + ": is not a list of at most " + MAX_RULES + " rules");
    }
    return rules;
  }

  private boolean is(String flag) {
    return Boolean.TRUE.equals(values.get(flag));
  }

  public boolean ignoresLockout() {
    return is(IGNORE_LOCKOUT);
  }

  public boolean ignoresExpiry() {
    return is(IGNORE_EXPIRY);
  }

  public boolean ignoresFirstUse() {
    return is(IGNORE_FIRST_USE);
  }

  /** Whether the user may not change the password by itself. */
  public boolean locksPassword() {
    return is(LOCK_PASSWORD);
  }

  /**
   * Whether the user has shown enough. Rules with methods that there are not are passed over, as
   * Keystone does; if none is left, any method is enough.
   */
  public boolean areSatisfiedBy(Set<String> methods) {
    if (Boolean.FALSE.equals(values.get(RULES_ENABLED))) {
      return true;
    }
    List<List<String>> rules =
        values.get(RULES) instanceof List<?> list
            ? list.stream().map(UserOptions::methods).filter(METHODS::containsAll).toList()
            : List.of();
    return rules.isEmpty() || rules.stream().anyMatch(methods::containsAll);
  }

  private static List<String> methods(Object rule) {
    return rule instanceof List<?> methods
        ? methods.stream().map(String::valueOf).toList()
        : List.of();
  }
}
