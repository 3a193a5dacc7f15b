package io.virga.control.compute.api;

import io.virga.control.compute.model.VmState;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.ListQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which servers a list shows. */
final class ServerFilter {

  /** Since then a status that there is not is refused. */
  private static final int STATUS_CHECKED = 38;

  private static final int TAGS = 26;
  private static final int CHANGES_BEFORE = 66;
  private static final int LOCKED = 73;

  /** What is compared with a column as it is. */
  private static final Map<String, String> EQUAL =
      Map.ofEntries(
          Map.entry("image", "image_id"),
          Map.entry("image_ref", "image_id"),
          Map.entry("flavor", "flavor_id"),
          Map.entry("uuid", "id::text"),
          Map.entry("reservation_id", "reservation_id"),
          Map.entry("user_id", "user_id"),
          Map.entry("key_name", "key_name"),
          Map.entry("project_id", "project_id"),
          Map.entry("tenant_id", "project_id"),
          Map.entry("vm_state", "vm_state"),
          Map.entry("task_state", "task_state"),
          Map.entry("power_state", "power_state::text"));

  /** What is a regular expression over a column. */
  private static final Map<String, String> REGEX =
      Map.of(
          "name", "name",
          "description", "description",
          "display_description", "description",
          "hostname", "hostname",
          "access_ip_v4", "access_v4",
          "access_ip_v6", "access_v6");

  /** What says how the tags are to be. */
  private static final Map<String, String> BY_TAGS =
      Map.of(
          "tags", "s.tags @> :tags",
          "tags-any", "s.tags && :tags_any",
          "not-tags", "NOT s.tags @> :not_tags",
          "not-tags-any", "NOT s.tags && :not_tags_any");

  private ServerFilter() {}

  static ListQuery query(ApiRequest request, Microversion version) {
    List<String> sql = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    EQUAL.forEach(
        (name, column) ->
            request
                .query(name)
                .ifPresent(value -> add(sql, values, "s." + column + " = :" + name, name, value)));
    REGEX.forEach(
        (name, column) ->
            request
                .query(name)
                .ifPresent(value -> add(sql, values, "s." + column + " ~ :" + name, name, value)));
    if (request.caller().isAdmin()) {
      for (String name : List.of("host", "node")) {
        request.query(name).ifPresent(value -> add(sql, values, "s.host = :" + name, name, value));
      }
    }
    time(request, "changes-since")
        .ifPresent(at -> add(sql, values, "s.updated_at >= :since", "since", at));
    if (version.atLeast(CHANGES_BEFORE)) {
      time(request, "changes-before")
          .ifPresent(at -> add(sql, values, "s.updated_at <= :before", "before", at));
    }
    if (version.atLeast(TAGS)) {
      BY_TAGS.forEach(
          (name, condition) ->
              request
                  .query(name)
                  .ifPresent(
                      text ->
                          add(sql, values, condition, name.replace('-', '_'), text.split(","))));
    }
    addState(request, version, sql, values);
    return new ListQuery(sql, values, ServerOrder.of(request));
  }

  private static void add(
      List<String> sql, Map<String, Object> values, String condition, String name, Object value) {
    sql.add(condition);
    values.put(name, value);
  }

  private static Optional<Instant> time(ApiRequest request, String name) {
    return request.query(name).map(text -> Times.parse(name, text));
  }

  private static void addState(
      ApiRequest request, Microversion version, List<String> sql, Map<String, Object> values) {
    List<String> statuses = statuses(request, version);
    if (!statuses.isEmpty()) {
      add(sql, values, "s.status = ANY(:status)", "status", statuses.toArray(String[]::new));
    }
    flag(request, "config_drive")
        .ifPresent(is -> add(sql, values, "s.config_drive = :drive", "drive", is));
    if (version.atLeast(LOCKED)) {
      flag(request, "locked")
          .ifPresent(is -> add(sql, values, "(s.locked_by IS NOT NULL) = :locked", "locked", is));
    }
    // None is kept.
    if (request.caller().isAdmin() && flag(request, "deleted").orElse(false)) {
      sql.add("false");
    }
  }

  private static Optional<Boolean> flag(ApiRequest request, String name) {
    return request.query(name).map(text -> flag(name, text));
  }

  private static List<String> statuses(ApiRequest request, Microversion version) {
    List<String> asked =
        request.queries("status").stream()
            .filter(text -> !text.isEmpty())
            .map(text -> text.toUpperCase(Locale.ROOT))
            .toList();
    if (version.atLeast(STATUS_CHECKED)) {
      for (String status : asked) {
        if (!VmState.statuses().contains(status)) {
          throw ApiFault.badRequest(
              "status: '%s' is not one of %s"
                  .formatted(
                      status,
                      VmState.statuses().stream().sorted().collect(Collectors.joining(", "))));
        }
      }
    }
    return asked;
  }

  static boolean flag(String name, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true", "on", "y", "yes" -> true;
      case "0", "f", "false", "off", "n", "no" -> false;
      default -> throw ApiFault.badRequest(name + ": '" + text + "' is not true or false");
    };
  }
}
