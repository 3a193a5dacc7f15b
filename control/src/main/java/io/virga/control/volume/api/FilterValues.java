package io.virga.control.volume.api;

import io.virga.control.http.JsonBody;
import io.virga.control.volume.api.Filters.Asked;
import io.virga.control.volume.api.Filters.Filter;
import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters whose values are more than texts. */
final class FilterValues {

  /** Since then times are compared. */
  private static final int TIMES = 60;

  private static final Map<String, String> COMPARISONS =
      Map.of("gt", ">", "gte", ">=", "eq", "=", "neq", "<>", "lt", "<", "lte", "<=");

  private FilterValues() {}

  /** In small letters, as statuses are. */
  static Filter word(String expression) {
    return asked -> expression + " = " + asked.bind(asked.value().toLowerCase(Locale.ROOT));
  }

  static Filter flag(String expression) {
    return asked ->
        expression
            + " = "
            + asked.bind(
                switch (asked.value().toLowerCase(Locale.ROOT)) {
                  case "true", "1" -> true;
                  case "false", "0" -> false;
                  default -> throw asked.refused("true or false");
                });
  }

  static Filter number(String expression) {
    return asked -> {
      if (!asked.value().matches("[0-9]{1,18}")) {
        throw asked.refused("a whole number");
      }
      return expression + " = " + asked.bind(Long.parseLong(asked.value()));
    };
  }

  /** Has all these members; clients write them as Python does, {@code {'key': 'value'}}. */
  static Filter members(String expression) {
    return asked -> {
      Map<String, String> wanted =
          JsonBody.parse(
                  "{\"%s\": %s}".formatted(asked.name(), asked.value().replace('\'', '"')),
                  "filter")
              .textMap(asked.name(), 128, 255);
      return "%s @> CAST(%s AS jsonb)".formatted(expression, asked.bind(Json.text(wanted)));
    };
  }

  /** {@code gt:2026-01-01T00:00:00,lt:…}: all must be true, and a time alone is to be equal. */
  static Filter times(String expression) {
    Filter times =
        asked -> {
          List<String> all = new ArrayList<>();
          for (String each : asked.value().split(",", -1)) {
            int colon = each.indexOf(':');
            String operator = COMPARISONS.get(colon < 0 ? "" : each.substring(0, colon).strip());
            Instant time = time(asked, operator == null ? each : each.substring(colon + 1));
            all.add(
                "%s %s %s"
                    .formatted(expression, operator == null ? "=" : operator, asked.bind(time)));
          }
          return String.join(" AND ", all);
        };
    return times.from(TIMES);
  }

  private static Instant time(Asked asked, String text) {
    try {
      String iso = text.strip().replace(' ', 'T');
      return iso.matches(".*([zZ]|[+-][0-9]{2}:?[0-9]{2})")
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw asked.refused(
          "times as 2026-01-31T12:00:00, each behind one of gt:, gte:, eq:, neq:, lt:, lte:");
    }
  }
}
