package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.ListOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** In which order a list shows servers. */
final class ServerOrder {

  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("uuid", "%1$s.id"),
          Map.entry("display_name", "%1$s.name"),
          Map.entry("display_description", "%1$s.description"),
          Map.entry("created_at", "%1$s.created_at"),
          Map.entry("updated_at", "%1$s.updated_at"),
          Map.entry("launched_at", "coalesce(%1$s.launched_at, '-infinity')"),
          Map.entry("host", "%1$s.host"),
          Map.entry("node", "%1$s.host"),
          Map.entry("hostname", "%1$s.hostname"),
          Map.entry("image_ref", "%1$s.image_id"),
          Map.entry("instance_type_id", "%1$s.flavor_id"),
          Map.entry("key_name", "coalesce(%1$s.key_name, '')"),
          Map.entry("launch_index", "%1$s.launch_index"),
          Map.entry("power_state", "%1$s.power_state"),
          Map.entry("project_id", "%1$s.project_id"),
          Map.entry("task_state", "%1$s.task_state"),
          Map.entry("user_id", "%1$s.user_id"),
          Map.entry("vm_state", "%1$s.vm_state"),
          Map.entry("access_ip_v4", "%1$s.access_v4"),
          Map.entry("access_ip_v6", "%1$s.access_v6"),
          Map.entry("auto_disk_config", "%1$s.disk_config"),
          Map.entry("config_drive", "%1$s.config_drive"),
          Map.entry("locked", "(%1$s.locked_by IS NOT NULL)"));

  private ServerOrder() {}

  /** {@code sort_key} and {@code sort_dir}, each as often as wanted; the last direction goes on. */
  static List<ListOrder> of(ApiRequest request) {
    List<String> keys = request.queries("sort_key");
    List<String> directions = request.queries("sort_dir");
    if (keys.isEmpty() && !directions.isEmpty()) {
      keys = List.of("created_at");
    }
    List<ListOrder> orders = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String direction =
          directions.isEmpty() ? "desc" : directions.get(Math.min(i, directions.size() - 1));
      orders.add(new ListOrder(expression(keys.get(i)), isAscending(direction)));
    }
    return orders;
  }

  private static String expression(String key) {
    return Optional.ofNullable(EXPRESSIONS.get(key))
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                    "sort_key: '%s' is not one of %s"
                        .formatted(
                            key,
                            String.join(", ", EXPRESSIONS.keySet().stream().sorted().toList()))));
  }

  private static boolean isAscending(String direction) {
    return switch (direction) {
      case "asc" -> true;
      case "desc" -> false;
      default -> throw ApiFault.badRequest("sort_dir: '" + direction + "' is not one of asc, desc");
    };
  }
}
