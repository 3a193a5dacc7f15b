package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.VmState;
import io.virga.control.compute.store.ServerStore.Conditions;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Which servers a list shows, and in which order. */
final class ServerFilter {

  /** Since then a status that there is not is refused. */
  private static final int STATUS_CHECKED = 38;

  private static final int TAGS = 26;
  private static final int CHANGES_BEFORE = 66;
  private static final int LOCKED = 73;

  /** What is compared with a column as it is. */
  private static final Map<String, String> EQUAL =
      Map.of(
          "image", "image_id",
          "image_ref", "image_id",
          "flavor", "flavor_id",
          "uuid", "id::text",
          "reservation_id", "reservation_id",
          "user_id", "user_id",
          "key_name", "key_name",
          "project_id", "project_id",
          "tenant_id", "project_id");

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

  private static final Map<String, Comparator<Server>> ORDERS =
      Map.ofEntries(
          Map.entry("uuid", Comparator.comparing(s -> s.id().toString())),
          Map.entry("display_name", Comparator.comparing(Server::name)),
          Map.entry("display_description", Comparator.comparing(s -> s.description().text())),
          Map.entry("created_at", Comparator.comparing(Server::createdAt)),
          Map.entry("updated_at", Comparator.comparing(Server::updatedAt)),
          Map.entry("launched_at", Comparator.comparing(ServerFilter::launched)),
          Map.entry("host", Comparator.comparing(Server::host)),
          Map.entry("node", Comparator.comparing(Server::host)),
          Map.entry("hostname", Comparator.comparing(Server::hostname)),
          Map.entry("image_ref", Comparator.comparing(s -> s.build().imageId())),
          Map.entry("instance_type_id", Comparator.comparing(s -> s.size().flavorId())),
          Map.entry("key_name", Comparator.comparing(s -> s.access().keyName().orElse(""))),
          Map.entry("launch_index", Comparator.comparing(s -> s.placed().launchIndex())),
          Map.entry("power_state", Comparator.comparing(Server::powerState)),
          Map.entry("project_id", Comparator.comparing(Server::projectId)),
          Map.entry("task_state", Comparator.comparing(s -> s.task().orElse(""))),
          Map.entry("user_id", Comparator.comparing(s -> s.owner().userId())),
          Map.entry("vm_state", Comparator.comparing(s -> s.vmState().word())),
          Map.entry("access_ip_v4", Comparator.comparing(s -> s.description().accessV4())),
          Map.entry("access_ip_v6", Comparator.comparing(s -> s.description().accessV6())),
          Map.entry("auto_disk_config", Comparator.comparing(s -> s.build().diskConfig())),
          Map.entry("config_drive", Comparator.comparing(s -> s.access().configDrive())),
          Map.entry("locked", Comparator.comparing(s -> s.lock().isPresent())));

  private ServerFilter() {}

  /** What the columns must say. */
  static Conditions conditions(ApiRequest request, Microversion version) {
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
    return new Conditions(sql, values);
  }

  private static void add(
      List<String> sql, Map<String, Object> values, String condition, String name, Object value) {
    sql.add(condition);
    values.put(name, value);
  }

  private static Optional<Instant> time(ApiRequest request, String name) {
    return request.query(name).map(text -> Times.parse(name, text));
  }

  /** What follows from more than one column. */
  static Predicate<Server> derived(ApiRequest request, Microversion version) {
    List<String> statuses = statuses(request, version);
    Optional<Boolean> locked =
        version.atLeast(LOCKED)
            ? request.query("locked").map(t -> flag("locked", t))
            : Optional.empty();
    Optional<Boolean> drive = request.query("config_drive").map(t -> flag("config_drive", t));
    boolean asksForDeleted =
        request.caller().isAdmin()
            && request.query("deleted").filter(t -> flag("deleted", t)).isPresent();
    return server ->
        (statuses.isEmpty() || statuses.contains(server.status()))
            && is(request, "vm_state", server.vmState().word())
            && is(request, "task_state", server.task().orElse(""))
            && is(request, "power_state", Integer.toString(server.powerState()))
            && locked.map(l -> l == server.lock().isPresent()).orElse(true)
            && drive.map(d -> d == server.access().configDrive()).orElse(true)
            && !asksForDeleted;
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

  private static boolean is(ApiRequest request, String name, String value) {
    return request.query(name).map(value::equals).orElse(true);
  }

  static boolean flag(String name, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true", "on", "y", "yes" -> true;
      case "0", "f", "false", "off", "n", "no" -> false;
      default -> throw ApiFault.badRequest(name + ": '" + text + "' is not true or false");
    };
  }

  /** {@code sort_key} and {@code sort_dir}, each as often as wanted; the newest first otherwise. */
  static Comparator<Server> order(ApiRequest request) {
    List<String> keys = request.queries("sort_key");
    List<String> directions = request.queries("sort_dir");
    if (keys.isEmpty()) {
      keys = List.of("created_at");
    }
    Comparator<Server> order = (_, _) -> 0;
    for (int i = 0; i < keys.size(); i++) {
      Comparator<Server> by =
          Optional.ofNullable(ORDERS.get(keys.get(i))).orElseThrow(unknown(keys.get(i)));
      String direction =
          directions.isEmpty() ? "desc" : directions.get(Math.min(i, directions.size() - 1));
      if (!Arrays.asList("asc", "desc").contains(direction)) {
        throw ApiFault.badRequest("sort_dir: '" + direction + "' is not one of asc, desc");
      }
      order = order.thenComparing(direction.equals("asc") ? by : by.reversed());
    }
    return order.thenComparing(s -> s.id().toString(), Comparator.reverseOrder());
  }

  private static Supplier<ApiFault> unknown(String key) {
    return () ->
        ApiFault.badRequest(
            "sort_key: '%s' is not one of %s"
                .formatted(
                    key, ORDERS.keySet().stream().sorted().collect(Collectors.joining(", "))));
  }

  private static Instant launched(Server server) {
    return server.observed().launchedAt().orElse(Instant.EPOCH);
  }
}
