package io.virga.control.network.resource;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.Standard;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every collection answers: lists, one or several new ones at once, changes, tags. */
public final class CollectionRoutes<T> {

  /** All of a request are made under one lock, for which every other change waits. */
  private static final int MAX_BULK = 128;

  private final Database database;
  private final HostViews hosts;
  private final ResourceType<T> type;
  private final Shelf<T> shelf;
  private final Lifecycle lifecycle;

  public CollectionRoutes(
      Database database, HostViews hosts, ResourceType<T> type, Lifecycle lifecycle) {
    this.database = database;
    this.hosts = hosts;
    this.type = type;
    this.shelf = new Shelf<>(type);
    this.lifecycle = lifecycle;
  }

  public List<Route> routes() {
    String all = "/v2.0/" + type.names().path();
    String one = all + "/{id}";
    List<Route> tags =
        type.tagged() ? new TagRoutes<>(database, type, shelf).routes(one) : List.of();
    return Stream.concat(
            Stream.of(
                Route.get(all, Rule.READER, this::list),
                Route.post(all, type.change(), this::create),
                Route.get(one, Rule.READER, this::show),
                Route.put(one, type.change(), this::update),
                Route.delete(one, type.change(), this::delete)),
            tags.stream())
        .toList();
  }

  /**
   * {@code PUT …/{id}/name}: a change in a way of its own, of a body that is not within another;
   * the answer is the resource.
   */
  public Route action(String name, Action action) {
    return Route.put(
        "/v2.0/" + type.names().path() + "/{id}/" + name,
        type.change(),
        request ->
            request
                .json()
                .flatMap(
                    body ->
                        changed(
                            request,
                            (transaction, id) -> action.apply(transaction, request, id, body))));
  }

  /** A change of one that is the caller's, and locked. */
  @FunctionalInterface
  public interface Action {

    Mono<Void> apply(Transaction transaction, ApiRequest request, UUID id, JsonBody body);
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    ListQuery query = ListQuery.of(request, type);
    return lifecycle
        .beforeList(request)
        .then(Mono.defer(() -> shelf.page(database, viewer(request), query)))
        .flatMap(page -> Replies.ok(page.view(request, type)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return shelf
        .find(database, viewer(request), id(request))
        .flatMap(item -> Replies.ok(one(request, item)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request.json().flatMap(body -> create(request, body)).flatMap(Replies::created);
  }

  /** Several at once are all made, or none. */
  private Mono<View> create(ApiRequest request, JsonBody body) {
    if (!body.has(type.names().all())) {
      JsonBody wanted = body.object(type.names().one());
      return createAll(request, List.of(wanted)).map(items -> one(request, items.getFirst()));
    }
    List<JsonBody> wanted = body.objects(type.names().all(), MAX_BULK);
    if (wanted.isEmpty()) {
      throw ApiFault.badRequest(type.names().all() + ": has no items");
    }
    return createAll(request, wanted)
        .map(
            items ->
                View.of(
                    type.names().all(), items.stream().map(item -> view(request, item)).toList()));
  }

  private Mono<List<Item<T>>> createAll(ApiRequest request, List<JsonBody> wanted) {
    return database.inTransaction(
        transaction ->
            hosts
                .lock(transaction)
                .thenMany(Flux.fromIterable(wanted))
                .concatMap(body -> lifecycle.create(transaction, request, body))
                .concatMap(id -> shelf.find(transaction, viewer(request), id))
                .collectList());
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object(type.names().one()))
        .flatMap(
            body ->
                changed(
                    request,
                    (transaction, id) -> lifecycle.update(transaction, request, id, body)));
  }

  private Mono<ServerResponse> changed(ApiRequest request, Change change) {
    return database
        .inTransaction(
            transaction ->
                locked(transaction, request)
                    .flatMap(
                        found ->
                            change
                                .of(transaction, found.id())
                                .then(
                                    Mono.defer(
                                        () ->
                                            shelf.find(transaction, viewer(request), found.id())))))
        .flatMap(item -> Replies.ok(one(request, item)));
  }

  /** What is done to one that is locked. */
  private interface Change {
    Mono<Void> of(Transaction transaction, UUID id);
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                hosts
                    .lock(transaction)
                    .then(
                        Mono.defer(
                            () -> shelf.lockRemovable(transaction, viewer(request), id(request))))
                    .doOnNext(found -> Revisions.check(request, found))
                    .flatMap(found -> lifecycle.delete(transaction, request, found.id())))
        .then(Replies.noContent());
  }

  private Mono<Standard> locked(Transaction transaction, ApiRequest request) {
    return hosts
        .lock(transaction)
        .then(Mono.defer(() -> shelf.lockOwned(transaction, viewer(request), id(request))))
        .doOnNext(found -> Revisions.check(request, found));
  }

  private View one(ApiRequest request, Item<T> item) {
    return View.of(type.names().one(), view(request, item));
  }

  private View view(ApiRequest request, Item<T> item) {
    return type.view(request.caller(), request.queries("fields"), item);
  }

  private UUID id(ApiRequest request) {
    return request.id("id", type.rows().thing());
  }

  private static Viewer viewer(ApiRequest request) {
    return Viewer.of(request.caller());
  }
}
