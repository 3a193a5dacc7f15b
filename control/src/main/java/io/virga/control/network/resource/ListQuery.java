package io.virga.control.network.resource;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Page;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.OwnedRows.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a client asks of a list, by Neutron's rules: any attribute filters ({@code name=a&name=b} is
 * either), {@code sort_key} with {@code sort_dir}, and pages by {@code limit}, {@code marker} and
 * {@code page_reverse}.
 *
 * @param limit how many rows at most
 * @param paged whether the client asked for pages
 * @param reversed whether the rows before the marker are wanted; they come last first
 */
record ListQuery(
    List<Condition> conditions,
    List<SortKey> order,
    Optional<UUID> marker,
    int limit,
    boolean paged,
    boolean reversed) {

  private static final Set<String> NOT_FILTERS =
      Set.of("limit", "marker", "page_reverse", "fields", "sort_key", "sort_dir");
  private static final int MAX_SORT_KEYS = 8;

  /** A column, and whether the greatest comes first. */
  record SortKey(String column, boolean descending) {

    String sql(boolean reversed) {
      return column + (descending == reversed ? " ASC" : " DESC");
    }

    /** Which side of the marker's value is behind it. */
    String behind(boolean reversed) {
      return descending == reversed ? ">" : "<";
    }
  }

  static ListQuery of(ApiRequest request, ResourceType<?> type) {
    int limit = limit(request);
    Optional<String> marker = request.query("marker");
    return new ListQuery(
        conditions(request, type),
        order(request, type),
        marker.map(text -> markerId(type, text)),
        limit == 0 ? Page.MAX_LIMIT : Math.min(limit, Page.MAX_LIMIT),
        limit > 0 || marker.isPresent(),
        request.query("page_reverse").filter("true"::equalsIgnoreCase).isPresent());
  }

  /** The rows, and one more where it tells whether there is a next page. */
  Selection selection(String table, String alias) {
    Map<String, Object> bindings = new HashMap<>();
    List<String> sql = new ArrayList<>();
    for (Condition condition : conditions) {
      sql.add("(" + condition.sql() + ")");
      bindings.putAll(condition.bindings());
    }
    marker.ifPresent(
        id -> {
          sql.add(behindMarker(table, alias));
          bindings.put("marker", id);
        });
    String orderBy = order.stream().map(key -> key.sql(reversed)).collect(Collectors.joining(", "));
    return new Selection(sql, bindings, orderBy, limit + 1);
  }

  /** Behind the marker's row in the order: greater in the first column in which they differ. */
  private String behindMarker(String table, String alias) {
    List<String> alternatives = new ArrayList<>();
    StringBuilder same = new StringBuilder();
    for (SortKey key : order) {
      String markers =
          "(SELECT %s FROM %s %s WHERE %s.id = :marker)"
              .formatted(key.column(), table, alias, alias);
      alternatives.add(same + key.column() + " " + key.behind(reversed) + " " + markers);
      same.append(key.column()).append(" = ").append(markers).append(" AND ");
    }
    return "(" + String.join(" OR ", alternatives) + ")";
  }

  private static List<Condition> conditions(ApiRequest request, ResourceType<?> type) {
    List<Condition> conditions = new ArrayList<>();
    for (String name : request.queryNames()) {
      if (!NOT_FILTERS.contains(name)) {
        Filter filter =
            type.filter(request.caller(), name)
                .orElseThrow(
                    () ->
                        ApiFault.badRequest(
                            "['%s'] is invalid attribute for filtering".formatted(name)));
        conditions.add(filter.of("filter" + conditions.size(), request.queries(name)));
      }
    }
    return conditions;
  }

  private static List<SortKey> order(ApiRequest request, ResourceType<?> type) {
    List<String> keys = request.queries("sort_key");
    List<String> directions = request.queries("sort_dir");
    if (keys.size() > MAX_SORT_KEYS || !directions.isEmpty() && directions.size() != keys.size()) {
      throw ApiFault.badRequest("The number of sort_keys and sort_dirs must be same");
    }
    List<SortKey> order = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      boolean descending = !directions.isEmpty() && descending(directions.get(i));
      order.add(new SortKey(sortKey(request.caller(), type, keys.get(i)), descending));
    }
    String alias = type.rows().alias();
    if (order.isEmpty()) {
      order.add(new SortKey(alias + ".created_at", false));
    }
    order.add(new SortKey(alias + ".id", order.getLast().descending()));
    return order;
  }

  private static String sortKey(Caller caller, ResourceType<?> type, String name) {
    return Optional.ofNullable(type.seenBy(caller).get(name))
        .flatMap(Attribute::sortKey)
        .orElseThrow(
            () -> ApiFault.badRequest("['%s'] is invalid attribute for sort_keys".formatted(name)));
  }

  private static boolean descending(String direction) {
    return switch (direction) {
      case "asc" -> false;
      case "desc" -> true;
      default ->
          throw ApiFault.badRequest(
              "['%s'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'"
                  .formatted(direction));
    };
  }

  private static UUID markerId(ResourceType<?> type, String text) {
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound(type.rows().thing(), text));
  }

  private static int limit(ApiRequest request) {
    String text = request.query("limit").orElse("0");
    if (!text.matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest(
          "Invalid input for limit: '%s' is not an integer of 0 or greater".formatted(text));
    }
    return Integer.parseInt(text);
  }
}
