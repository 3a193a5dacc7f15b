package io.virga.control.image.view;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.web.util.UriComponentsBuilder;

/** Glance's links between the pages of a list: paths without a host, with the request's filters. */
public final class ListLinks {

  private ListLinks() {}

  /**
   * Puts {@code first} and, if there are more items behind the page, {@code next} beside it.
   *
   * @param path the list's, {@code /v2/images}
   * @param marker what an item is called as a marker
   */
  public static <T> View put(
      View view, ApiRequest request, String path, Page.Cut<T> page, Function<T, String> marker) {
    view.with("first", path + query(request, Optional.empty()));
    if (page.next().isPresent()) {
      String last = marker.apply(page.items().getLast());
      view.with("next", path + query(request, Optional.of(last)));
    }
    return view;
  }

  /** The query of the request, from another place on. */
  private static String query(ApiRequest request, Optional<String> marker) {
    String query =
        UriComponentsBuilder.fromUri(request.uri())
            .replaceQueryParam("marker", marker.map(List::of).orElse(List.of()))
            .encode()
            .build()
            .getQuery();
    return query == null || query.isEmpty() ? "" : "?" + query;
  }
}
