package io.virga.control.network.resource;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.StorableInstant;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Filters over columns. An empty value stands for itself in texts, and for nothing elsewhere. */
public final class Filters {

  private Filters() {}

  public static Filter text(String column) {
    return any(column, Function.identity(), String[]::new);
  }

  /** A text that holds one of the values. */
  public static Filter contained(String column) {
    return (parameter, values) ->
        Condition.of(
            "EXISTS (SELECT 1 FROM unnest(:%s) AS part WHERE position(part IN %s) > 0)"
                .formatted(parameter, column),
            parameter,
            values.toArray(String[]::new));
  }

  /** What is no UUID is no row's. */
  public static Filter id(String column) {
    return (parameter, values) ->
        Condition.of(
            column + " = ANY(:" + parameter + ")",
            parameter,
            values.stream().flatMap(value -> Ids.parse(value).stream()).toArray(UUID[]::new));
  }

  public static Filter flag(String column) {
    return any(column, Filters::flagOf, Boolean[]::new);
  }

  public static Filter number(String column) {
    return any(column, Filters::numberOf, Long[]::new);
  }

  /** A {@code text[]} that has one of the values. */
  public static Filter item(String column) {
    return (parameter, values) ->
        Condition.of(column + " && :" + parameter, parameter, values.toArray(String[]::new));
  }

  /** A {@code text[]} that has all of the values, which are separated by commas. */
  static Filter allOf(String column) {
    return (parameter, values) ->
        Condition.of(column + " @> :" + parameter, parameter, separated(values));
  }

  /** A {@code text[]} that has any of the values, which are separated by commas. */
  static Filter anyOf(String column) {
    return (parameter, values) ->
        Condition.of(column + " && :" + parameter, parameter, separated(values));
  }

  static Filter not(Filter filter) {
    return filter.within("NOT (%s)");
  }

  /** A time that is not before the value. */
  static Filter since(String column) {
    return (parameter, values) ->
        Condition.of(column + " >= :" + parameter, parameter, timeOf(values.getFirst()));
  }

  private static <V> Filter any(String column, Function<String, V> value, IntFunction<V[]> array) {
    return (parameter, values) ->
        Condition.of(
            column + " = ANY(:" + parameter + ")",
            parameter,
            values.stream().map(value).toArray(array));
  }

  private static String[] separated(List<String> values) {
    return values.stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .toArray(String[]::new);
  }

  private static Boolean flagOf(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw invalid(value, "true or false");
    };
  }

  private static Long numberOf(String value) {
    if (!value.matches("-?[0-9]{1,18}")) {
      throw invalid(value, "a whole number");
    }
    return Long.valueOf(value);
  }

  private static Instant timeOf(String value) {
    try {
      return StorableInstant.check(
          "changed_since", Instant.parse(value.endsWith("Z") ? value : value + "Z"));
    } catch (DateTimeParseException e) {
      throw invalid(value, "a time such as 2026-11-30T12:00:00Z");
    }
  }

  private static ApiFault invalid(String value, String accepted) {
    return ApiFault.badRequest(
            "Invalid input for a filter: '%s' is not %s".formatted(value, accepted))
        .ofType("InvalidInput");
  }
}
