package io.virga.control.network.resource;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code …/{id}/tags}. */
final class TagRoutes<T> {

  private static final int MAX_TAGS = 50;
  private static final int MAX_LENGTH = 255;
  private static final String TAG = "tag";

  private final Database database;
  private final ResourceType<T> type;
  private final Shelf<T> shelf;

  TagRoutes(Database database, ResourceType<T> type, Shelf<T> shelf) {
    this.database = database;
    this.type = type;
    this.shelf = shelf;
  }

  /**
   * @param one the pattern of one resource, with its {@code {id}}
   */
  List<Route> routes(String one) {
    String tags = one + "/tags";
    String tag = tags + "/{" + TAG + "}";
    return List.of(
        Route.get(tags, Rule.READER, this::list),
        Route.put(tags, type.change(), this::replace),
        Route.delete(
            tags, type.change(), request -> changed(request, old -> Set.of()).then(gone())),
        Route.get(tag, Rule.READER, this::has),
        Route.put(tag, type.change(), this::add),
        Route.delete(tag, type.change(), this::remove));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return tags(request).flatMap(tags -> Replies.ok(View.of("tags", tags)));
  }

  private Mono<ServerResponse> has(ApiRequest request) {
    return tags(request).doOnNext(tags -> checkThere(request, tags)).then(Replies.noContent());
  }

  private Mono<ServerResponse> replace(ApiRequest request) {
    return request
        .json()
        .map(body -> new LinkedHashSet<>(body.texts("tags", MAX_TAGS, MAX_LENGTH)))
        .doOnNext(tags -> tags.forEach(TagRoutes::check))
        .flatMap(tags -> changed(request, old -> tags))
        .flatMap(tags -> Replies.ok(View.of("tags", tags)));
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    String tag = request.path(TAG);
    check(tag);
    return changed(
            request,
            old -> {
              Set<String> tags = new LinkedHashSet<>(old);
              tags.add(tag);
              return tags;
            })
        .then(ServerResponse.status(201).build());
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    String tag = request.path(TAG);
    return changed(
            request,
            old -> {
              checkThere(request, List.copyOf(old));
              Set<String> tags = new LinkedHashSet<>(old);
              tags.remove(tag);
              return tags;
            })
        .then(gone());
  }

  private Mono<List<String>> tags(ApiRequest request) {
    return shelf.find(database, viewer(request), id(request)).map(item -> item.standard().tags());
  }

  private Mono<Set<String>> changed(ApiRequest request, UnaryOperator<Set<String>> change) {
    return database.inTransaction(
        transaction ->
            shelf
                .lockOwned(transaction, viewer(request), id(request))
                .doOnNext(found -> Revisions.check(request, found))
                .flatMap(
                    found -> {
                      Set<String> tags = change.apply(new LinkedHashSet<>(found.tags()));
                      if (tags.size() > MAX_TAGS) {
                        throw ApiFault.badRequest("tags: has more than " + MAX_TAGS + " items");
                      }
                      return write(transaction, found.id(), tags).thenReturn(tags);
                    }));
  }

  private Mono<Void> write(Transaction transaction, UUID id, Set<String> tags) {
    return transaction
        .sql(
            "UPDATE "
                + type.table()
                + " SET tags = :tags, updated_at = now(), revision = revision + 1 WHERE id = :id")
        .bind("tags", tags.toArray(String[]::new))
        .bind("id", id)
        .execute()
        .then();
  }

  private static void checkThere(ApiRequest request, List<String> tags) {
    if (!tags.contains(request.path(TAG))) {
      throw ApiFault.notFound("Tag", request.path(TAG));
    }
  }

  /** A comma separates tags where they filter, so no tag may hold one. */
  private static void check(String tag) {
    if (tag.isEmpty() || tag.length() > MAX_LENGTH || tag.contains(",")) {
      throw ApiFault.badRequest(
              "tags: '%s' is not of 1 to %d characters without a comma".formatted(tag, MAX_LENGTH))
          .ofType("InvalidInput");
    }
  }

  private static Mono<ServerResponse> gone() {
    return Replies.noContent();
  }

  private UUID id(ApiRequest request) {
    return request.id("id", type.rows().thing());
  }

  private static Viewer viewer(ApiRequest request) {
    return Viewer.of(request.caller());
  }
}
