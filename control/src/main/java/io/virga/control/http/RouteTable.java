package io.virga.control.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Finds the route of a path. Among the patterns that match, the most specific one decides, and only
 * then the method: a known path with another method is told from an unknown path.
 */
final class RouteTable {

  private final List<Entry> entries;

  private record Entry(PathPattern pattern, Map<HttpMethod, Route> routes) {}

  /** What is known of a path. */
  sealed interface Match {

    record Found(Route route, Map<String, String> pathVariables) implements Match {}

    record WrongMethod(List<HttpMethod> allowed) implements Match {}

    record Unknown() implements Match {}
  }

  RouteTable(List<Route> routes) {
    Map<String, List<Route>> byPattern =
        routes.stream()
            .collect(Collectors.groupingBy(Route::pattern, TreeMap::new, Collectors.toList()));
    List<Entry> all = new ArrayList<>();
    byPattern.forEach(
        (pattern, same) ->
            all.add(
                new Entry(
                    PathPatternParser.defaultInstance.parse(pattern),
                    same.stream().collect(Collectors.toMap(Route::method, route -> route)))));
    all.sort(Comparator.comparing(Entry::pattern));
    entries = List.copyOf(all);
  }

  Match find(HttpMethod method, PathContainer path) {
    for (Entry entry : entries) {
      PathPattern.PathMatchInfo info = entry.pattern().matchAndExtract(path);
      if (info != null) {
        return route(entry, method)
            .<Match>map(route -> new Match.Found(route, info.getUriVariables()))
            .orElseGet(() -> new Match.WrongMethod(List.copyOf(entry.routes().keySet())));
      }
    }
    return new Match.Unknown();
  }

  /** HEAD is answered by GET where it has no route of its own. */
  private static Optional<Route> route(Entry entry, HttpMethod method) {
    Route route = entry.routes().get(method);
    if (route == null && method.equals(HttpMethod.HEAD)) {
      route = entry.routes().get(HttpMethod.GET);
    }
    return Optional.ofNullable(route);
  }
}
