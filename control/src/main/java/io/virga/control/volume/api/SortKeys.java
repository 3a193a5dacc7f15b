package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.ListOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** In which order lists are asked for. */
final class SortKeys {

  private SortKeys() {}

  /**
   * {@code sort=key:dir,key:dir}, or the older {@code sort_key} and {@code sort_dir}; nothing where
   * neither is said.
   *
   * @param known expressions, by the keys
   */
  static List<ListOrder> of(ApiRequest request, Map<String, String> known) {
    return request
        .query("sort")
        .map(text -> Arrays.asList(text.split(",", -1)))
        .or(
            () ->
                request
                    .query("sort_key")
                    .map(key -> List.of(key + ":" + request.query("sort_dir").orElse("desc"))))
        .or(() -> request.query("sort_dir").map(dir -> List.of("created_at:" + dir)))
        .orElse(List.of())
        .stream()
        .map(asked -> order(asked, known))
        .toList();
  }

  private static ListOrder order(String asked, Map<String, String> known) {
    int colon = asked.indexOf(':');
    String key = (colon < 0 ? asked : asked.substring(0, colon)).strip();
    String expression = known.get(key);
    if (expression == null) {
      throw ApiFault.badRequest("Invalid input received: Sort key %s is invalid.".formatted(key));
    }
    return switch (colon < 0 ? "desc" : asked.substring(colon + 1).strip()) {
      case "asc" -> new ListOrder(expression, true);
      case "desc" -> new ListOrder(expression, false);
      default ->
          throw ApiFault.badRequest(
              "Invalid input received: Unknown sort direction in '%s', must be asc or desc."
                  .formatted(asked));
    };
  }
}
