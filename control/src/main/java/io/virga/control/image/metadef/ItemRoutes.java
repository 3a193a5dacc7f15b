package io.virga.control.image.metadef;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code objects}, {@code properties} and {@code tags} of a namespace: one kind of them. */
final class ItemRoutes {

  private static final String APPEND = "X-Openstack-Append";

  private static final Map<String, Comparator<Item>> KEYS =
      Map.of(
          "name", Comparator.comparing(Item::name),
          "created_at", Comparator.comparing(Item::createdAt),
          "updated_at", Comparator.comparing(Item::updatedAt));

  private final Database database;
  private final MetadefStores stores;
  private final ItemKind kind;

  ItemRoutes(Database database, MetadefStores stores, ItemKind kind) {
    this.database = database;
    this.stores = stores;
    this.kind = kind;
  }

  List<Route> routes() {
    String all = "/v2/metadefs/namespaces/{namespace}/" + kind.collection();
    String one = all + "/{name}";
    return List.of(
        Route.get(all, Rule.READER, this::list),
        Route.delete(all, Rule.ADMIN, this::deleteAll),
        Route.get(one, Rule.READER, this::show),
        Route.put(one, Rule.ADMIN, this::update),
        Route.delete(one, Rule.ADMIN, this::delete),
        kind == ItemKind.TAG
            ? Route.post(all, Rule.ADMIN, this::createTags)
            : Route.post(all, Rule.ADMIN, this::create));
  }

  /** A tag needs no body: its name is all that there is of it. */
  Route tagRoute() {
    return Route.post(
        "/v2/metadefs/namespaces/{namespace}/tags/{name}",
        Rule.ADMIN,
        request -> insert(request, MetadefBodies.tag(request.path("name"))));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Listing<Item> listing = new Listing<>(request, KEYS, Item::name);
    return find(request)
        .flatMap(
            namespace ->
                stores
                    .items()
                    .list(database, namespace.id(), kind)
                    .collectList()
                    .map(all -> view(listing, namespace.name(), all)))
        .flatMap(Replies::ok);
  }

  /** Properties are not paged: they are members of one object. */
  private View view(Listing<Item> listing, String namespace, List<Item> all) {
    if (kind == ItemKind.PROPERTY) {
      return View.of(kind.collection(), MetadefViews.items(namespace, kind, all));
    }
    Page.Cut<Item> page = listing.page(all);
    View view =
        View.of(kind.collection(), MetadefViews.items(namespace, kind, page.items()))
            .with("schema", MetadefViews.schema(kind.collection()));
    return listing.link(view, MetadefViews.path(namespace) + "/" + kind.collection(), page);
  }

  /** A property may be asked for by the name that it has on resources of a type. */
  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request)
        .flatMap(
            namespace ->
                stores
                    .associations()
                    .list(database, namespace.id())
                    .collectList()
                    .map(all -> MetadefViews.prefix(all, request.query("resource_type")))
                    .flatMap(
                        prefix ->
                            stores
                                .items()
                                .find(database, namespace.id(), kind, bare(request, prefix)))
                    .map(item -> MetadefViews.item(namespace.name(), item)))
        .flatMap(Replies::ok);
  }

  private String bare(ApiRequest request, String prefix) {
    String name = request.path("name");
    return kind == ItemKind.PROPERTY && name.startsWith(prefix)
        ? name.substring(prefix.length())
        : name;
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> MetadefBodies.item(kind, body))
        .flatMap(definition -> insert(request, definition));
  }

  private Mono<ServerResponse> insert(ApiRequest request, Item.Definition definition) {
    return database
        .inTransaction(
            transaction ->
                stores
                    .lock(transaction, request)
                    .flatMap(
                        namespace ->
                            checkRoom(transaction, namespace, 1)
                                .then(
                                    stores
                                        .items()
                                        .insert(transaction, namespace.id(), kind, definition))
                                .map(item -> MetadefViews.item(namespace.name(), item))))
        .flatMap(Replies::created);
  }

  /** All tags of the namespace anew, or some more of them. */
  private Mono<ServerResponse> createTags(ApiRequest request) {
    boolean append = request.header(APPEND).filter("true"::equalsIgnoreCase).isPresent();
    return request
        .json()
        .map(
            body -> {
              body.allowOnly(kind.collection());
              return MetadefBodies.items(kind, body);
            })
        .flatMap(
            tags ->
                database.inTransaction(
                    transaction ->
                        (append
                                ? stores.lock(transaction, request)
                                : stores.lockUnprotected(transaction, request))
                            .flatMap(namespace -> put(transaction, namespace, tags, append))))
        .flatMap(Replies::created);
  }

  private Mono<View> put(
      Transaction transaction, Namespace namespace, List<Item.Definition> tags, boolean append) {
    return (append
            ? checkRoom(transaction, namespace, tags.size())
            : stores.items().deleteAll(transaction, namespace.id(), kind))
        .thenMany(
            Flux.fromIterable(tags)
                .concatMap(tag -> stores.items().insert(transaction, namespace.id(), kind, tag)))
        .collectList()
        .map(made -> View.of(kind.collection(), MetadefViews.items(namespace.name(), kind, made)));
  }

  private Mono<Void> checkRoom(Transaction transaction, Namespace namespace, int more) {
    return stores
        .items()
        .count(transaction, namespace.id(), kind)
        .filter(count -> count + more <= MetadefBodies.MAX_ITEMS)
        .switchIfEmpty(Mono.error(() -> MetadefBodies.tooMany(kind.collection())))
        .then();
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> MetadefBodies.item(kind, body))
        .flatMap(
            changed ->
                database.inTransaction(
                    transaction ->
                        stores
                            .lock(transaction, request)
                            .flatMap(
                                namespace ->
                                    locked(transaction, request, namespace)
                                        .flatMap(
                                            old ->
                                                stores
                                                    .items()
                                                    .update(
                                                        transaction, namespace.id(), old, changed))
                                        .map(item -> MetadefViews.item(namespace.name(), item)))))
        .flatMap(Replies::ok);
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                stores
                    .lockUnprotected(transaction, request)
                    .flatMap(
                        namespace ->
                            locked(transaction, request, namespace)
                                .flatMap(
                                    old ->
                                        stores.items().delete(transaction, namespace.id(), old))))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> deleteAll(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                stores
                    .lockUnprotected(transaction, request)
                    .flatMap(
                        namespace -> stores.items().deleteAll(transaction, namespace.id(), kind)))
        .then(Replies.noContent());
  }

  /** The one that the path names, of a namespace that is locked. */
  private Mono<Item> locked(Transaction transaction, ApiRequest request, Namespace namespace) {
    return stores.items().find(transaction, namespace.id(), kind, request.path("name"));
  }

  private Mono<Namespace> find(ApiRequest request) {
    return stores
        .namespaces()
        .find(database, Viewer.of(request.caller()), request.path("namespace"));
  }
}
