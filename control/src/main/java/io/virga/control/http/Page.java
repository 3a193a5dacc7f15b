package io.virga.control.http;

import io.virga.control.fault.ApiFault;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * One page of a list, by key: the client names the last id it has ({@code marker}), and the query
 * goes on behind it. Ask the database for {@link #fetch} rows, then {@link #cut}.
 *
 * @param limit how many the client gets at most
 */
public record Page(ApiRequest request, int limit, Optional<String> marker) {

  /** What a client gets at once when it asks for no limit, and the most that it gets. */
  public static final int MAX_LIMIT = 1000;

  /** Reads {@code limit} and {@code marker}; a limit beyond the most is cut, 0 means the most. */
  public static Page of(ApiRequest request) {
    int limit = request.query("limit").map(Page::limitOf).orElse(MAX_LIMIT);
    return new Page(
        request, limit == 0 ? MAX_LIMIT : Math.min(limit, MAX_LIMIT), request.query("marker"));
  }

  /** A page and, if there are more, the address of the next. */
  public record Cut<T>(List<T> items, Optional<String> next) {

    /** The same page of something else, for example of views. */
    public <R> Cut<R> map(Function<? super T, R> mapping) {
      return new Cut<>(items.stream().map(mapping).toList(), next);
    }

    /** Nova's and neutron's form: a list of links, empty on the last page. */
    public List<View> links() {
      return next.map(href -> List.of(View.of("rel", "next").with("href", href))).orElse(List.of());
    }
  }

  /** One more than the limit: the extra row tells whether there is a next page. */
  public int fetch() {
    return limit + 1;
  }

  /** The rows of this page, without the extra one. */
  public <T> Cut<T> cut(List<T> fetched, Function<T, String> id) {
    if (fetched.size() <= limit) {
      return new Cut<>(fetched, Optional.empty());
    }
    List<T> items = List.copyOf(fetched.subList(0, limit));
    String next =
        UriComponentsBuilder.fromUri(request.uri())
            .replaceQueryParam("marker", id.apply(items.getLast()))
            .build(true)
            .toUriString();
    return new Cut<>(items, Optional.of(next));
  }

  private static int limitOf(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest("limit: '" + text + "' is not a whole number of 0 or more");
    }
    return Integer.parseInt(text);
  }
}
