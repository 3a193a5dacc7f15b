package io.virga.control.volume.api;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.tenancy.ListPart;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Cinder's lists, read page by page.
 *
 * @param collection the member of the answer
 * @param thing what one is called when there is none
 * @param rows finds the row of the thing that a page begins behind; nothing if there is none
 */
record ListPages<T>(
    Session session, String collection, String thing, OwnedLists<T> lists, Markers rows) {

  /** A list of what the rows are. */
  ListPages(Session session, String collection, String thing, OwnedLists<T> lists) {
    this(session, collection, thing, lists, (viewer, id) -> Mono.just(id));
  }

  @FunctionalInterface
  interface Markers {
    Mono<UUID> row(Viewer viewer, UUID id);
  }

  /** The page that is asked for, with the link to the next if this one is full. */
  Mono<ServerResponse> answer(ApiRequest request, ListQuery query, Projects.Shown<T> shown) {
    return answer(request, Projects.listViewer(request), query, shown);
  }

  /** Likewise, of what the viewer sees. */
  Mono<ServerResponse> answer(
      ApiRequest request, Viewer viewer, ListQuery query, Projects.Shown<T> shown) {
    Page page = Page.of(request);
    return found(request, page, viewer, query)
        .map(items -> page.full(items, shown.id()).map(shown.view()).view(collection))
        .flatMap(
            body ->
                count(request, viewer, query)
                    .map(total -> total.map(count -> body.with("count", count)).orElse(body)))
        .flatMap(Replies::ok);
  }

  private Mono<List<T>> found(ApiRequest request, Page page, Viewer viewer, ListQuery query) {
    int offset = Projects.offset(request);
    if (request.query("limit").filter("0"::equals).isPresent()) {
      return Mono.just(List.of());
    }
    return marker(viewer, page)
        .map(marker -> new ListPart(marker, offset, page.limit()))
        .flatMap(part -> lists.page(session, viewer, query, part).collectList());
  }

  private Mono<Optional<UUID>> marker(Viewer viewer, Page page) {
    return Mono.justOrEmpty(page.marker())
        .flatMap(
            text ->
                Mono.justOrEmpty(Ids.parse(text))
                    .flatMap(id -> rows.row(viewer, id))
                    .switchIfEmpty(Mono.error(() -> ApiFault.notFound(thing, text))))
        .singleOptional();
  }

  private Mono<Optional<Long>> count(ApiRequest request, Viewer viewer, ListQuery query) {
    return Projects.wantsCount(request)
        ? lists.count(session, viewer, query).map(Optional::of)
        : Mono.just(Optional.empty());
  }
}
