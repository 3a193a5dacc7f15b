package io.virga.control.http;

import io.virga.control.fault.ApiFault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

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

    /** Nova's, cinder's and neutron's form: links to the next page beside the items, if any. */
    public View view(String collection) {
      View body = View.of(collection, items);
      next.ifPresent(
          href ->
              body.with(collection + "_links", List.of(View.of("rel", "next").with("href", href))));
      return body;
    }
  }

  /**
   * The page of a whole list that is there already, because what it is filtered by is no column:
   * what comes behind the marker.
   */
  public <T> Cut<T> of(List<T> all, Function<T, String> id) {
    return of(all, id, 0);
  }

  /** Likewise, passing over some more. */
  public <T> Cut<T> of(List<T> all, Function<T, String> id, int offset) {
    int behind = marker.map(last -> all.stream().map(id).toList().indexOf(last) + 1).orElse(0);
    if (marker.isPresent() && behind == 0) {
      throw ApiFault.badRequest("marker [%s] not found".formatted(marker.get()));
    }
    return cut(all.stream().skip(behind).skip(offset).limit(fetch()).toList(), id);
  }

  /** Cinder's way: a full page has a link to a next one, where there may be nothing any more. */
  public <T> Cut<T> ofFull(List<T> all, Function<T, String> id, int offset) {
    return full(of(all, id, offset).items(), id);
  }

  /** Likewise of the items of a page, which are no more than the limit. */
  public <T> Cut<T> full(List<T> items, Function<T, String> id) {
    return new Cut<>(
        items, Optional.of(items).filter(i -> i.size() == limit).map(i -> linkBehind(i, id)));
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
    return new Cut<>(items, Optional.of(linkBehind(items, id)));
  }

  private <T> String linkBehind(List<T> items, Function<T, String> id) {
    // What the client has sent is given back as it is; a marker may be a name.
    return UriComponentsBuilder.fromUri(request.uri())
        .replaceQueryParam("offset")
        .replaceQueryParam(
            "marker", UriUtils.encode(id.apply(items.getLast()), StandardCharsets.UTF_8))
        .build()
        .toUriString();
  }

  private static int limitOf(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest("limit: '" + text + "' is not a whole number of 0 or more");
    }
    return Integer.parseInt(text);
  }
}
