package io.virga.control.network.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Neutron's lists: any attribute filters ({@code name=a&name=b} is either), {@code sort_key} with
 * {@code sort_dir}, {@code fields}, and pages by {@code limit} and {@code marker}. Works on the
 * views, whose first member is their key; for what has no rows of its own, or few.
 */
final class Listing {

  private static final Set<String> NOT_FILTERS =
      Set.of("limit", "marker", "page_reverse", "fields", "sort_key", "sort_dir");

  private Listing() {}

  static Mono<ServerResponse> reply(ApiRequest request, String collection, Flux<View> views) {
    MultiValueMap<String, String> query = request.raw().queryParams();
    return views
        .filter(view -> matches(view, query))
        .collectList()
        .flatMap(
            matching -> {
              Page page = Page.of(request);
              Page.Cut<View> cut =
                  page.of(sorted(matching, query), view -> text(key(view).getValue()));
              return Replies.ok(cut.map(view -> fields(view, query)).view(collection));
            });
  }

  private static Map.Entry<String, Object> key(View view) {
    return view.members().entrySet().iterator().next();
  }

  private static boolean matches(View view, MultiValueMap<String, String> query) {
    for (Map.Entry<String, List<String>> filter : query.entrySet()) {
      if (NOT_FILTERS.contains(filter.getKey()) || !view.members().containsKey(filter.getKey())) {
        continue;
      }
      Object value = view.members().get(filter.getKey());
      if (filter.getValue().stream().noneMatch(wanted -> matches(value, wanted))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(Object value, String wanted) {
    if (value instanceof Collection<?> items) {
      return items.stream().anyMatch(item -> matchesItem(item, wanted));
    }
    if (value instanceof Boolean flag) {
      return wanted.equals("1") ? flag : wanted.equalsIgnoreCase(flag.toString());
    }
    return text(value).equals(wanted);
  }

  /** {@code fixed_ips=ip_address=10.0.0.5} asks for a member of an item. */
  private static boolean matchesItem(Object item, String wanted) {
    int equals = wanted.indexOf('=');
    if (item instanceof View view && equals > 0) {
      return text(view.members().get(wanted.substring(0, equals)))
          .equals(wanted.substring(equals + 1));
    }
    return text(item).equals(wanted);
  }

  private static List<View> sorted(List<View> views, MultiValueMap<String, String> query) {
    List<String> keys = query.getOrDefault("sort_key", List.of());
    List<String> directions = query.getOrDefault("sort_dir", List.of());
    Comparator<View> order = null;
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      Comparator<View> by = Comparator.comparing(view -> text(view.members().get(key)));
      if (i < directions.size() && directions.get(i).equals("desc")) {
        by = by.reversed();
      }
      order = order == null ? by : order.thenComparing(by);
    }
    return order == null ? views : views.stream().sorted(order).toList();
  }

  private static View fields(View view, MultiValueMap<String, String> query) {
    List<String> wanted = query.getOrDefault("fields", List.of());
    if (wanted.isEmpty()) {
      return view;
    }
    Map<String, Object> chosen = new LinkedHashMap<>(view.members());
    chosen.keySet().retainAll(wanted);
    View cut = View.of(key(view).getKey(), key(view).getValue());
    chosen.forEach(cut::with);
    return cut;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Object::toString).orElse("");
    }
    return value == null ? "" : value.toString();
  }
}
