package io.virga.control.image.metadef;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.View;
import io.virga.control.image.view.ListLinks;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One request for a list of things with names: {@code sort_key} and {@code sort_dir}, newest first
 * unless it asks for something else, {@code limit} and {@code marker}, which is a name.
 *
 * @param keys what they may be sorted by
 */
record Listing<T>(ApiRequest request, Map<String, Comparator<T>> keys, Function<T, String> name) {

  private static final List<String> DIRECTIONS = List.of("asc", "desc");

  /** The page of the whole list that is asked for. */
  Page.Cut<T> page(List<T> all) {
    Comparator<T> order = order();
    return Page.of(request).of(all.stream().sorted(order).toList(), name);
  }

  /** Puts the links to other pages into the view of one. */
  View link(View view, String path, Page.Cut<T> page) {
    return ListLinks.put(view, request, path, page, name);
  }

  private Comparator<T> order() {
    String key = request.query("sort_key").orElse("created_at");
    String direction = request.query("sort_dir").orElse("desc");
    if (!keys.containsKey(key)) {
      throw ApiFault.badRequest(
          "sort_key: '%s' is not one of %s"
              .formatted(key, String.join(", ", keys.keySet().stream().sorted().toList())));
    }
    if (!DIRECTIONS.contains(direction)) {
      throw ApiFault.badRequest("Invalid sort direction: " + direction);
    }
    Comparator<T> byName = Comparator.comparing(name);
    Comparator<T> byKey = keys.getOrDefault(key, byName);
    return (direction.equals("asc") ? byKey : byKey.reversed()).thenComparing(byName);
  }
}
