package io.virga.control.image.metadef;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2/metadefs/namespaces}: administrators write them, whoever sees one reads it. */
final class NamespaceRoutes {

  private static final int MAX_NAMESPACES = 1000;
  private static final String ONE = "/v2/metadefs/namespaces/{namespace}";

  private static final Map<String, Comparator<Namespace>> KEYS =
      Map.of(
          "namespace", Comparator.comparing(Namespace::name),
          "visibility", Comparator.comparing(one -> one.attributes().visibility()),
          "owner", Comparator.comparing(one -> one.attributes().owner()),
          "protected", Comparator.comparing(one -> one.attributes().isProtected()),
          "created_at", Comparator.comparing(Namespace::createdAt),
          "updated_at", Comparator.comparing(Namespace::updatedAt));

  private final Database database;
  private final MetadefStores stores;
  private final URI endpoint;

  NamespaceRoutes(Database database, MetadefStores stores, URI endpoint) {
    this.database = database;
    this.stores = stores;
    this.endpoint = endpoint;
  }

  List<Route> routes() {
    return List.of(
        Route.get(MetadefViews.NAMESPACES, Rule.READER, this::list),
        Route.post(MetadefViews.NAMESPACES, Rule.ADMIN, this::create),
        Route.get(ONE, Rule.READER, this::show),
        Route.put(ONE, Rule.ADMIN, this::update),
        Route.delete(ONE, Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Listing<Namespace> listing = new Listing<>(request, KEYS, Namespace::name);
    Optional<String> visibility = request.query("visibility");
    visibility
        .filter(asked -> !MetadefBodies.VISIBILITIES.contains(asked))
        .ifPresent(
            asked -> {
              throw ApiFault.badRequest("Invalid visibility value: " + asked);
            });
    Optional<String> owner = request.query("owner");
    List<String> types =
        request.query("resource_types").map(text -> List.of(text.split(","))).orElse(List.of());
    return stores
        .namespaces()
        .list(database, Viewer.of(request.caller()), types)
        .filter(one -> visibility.map(one.attributes().visibility()::equals).orElse(true))
        .filter(one -> owner.map(one.attributes().owner()::equals).orElse(true))
        .collectList()
        .map(listing::page)
        .flatMap(page -> view(listing, page))
        .flatMap(Replies::ok);
  }

  private Mono<View> view(Listing<Namespace> listing, Page.Cut<Namespace> page) {
    return stores
        .associations()
        .listAll(database, page.items().stream().map(Namespace::id).toList())
        .map(
            all ->
                listing.link(
                    View.of(
                            "namespaces",
                            page.items().stream()
                                .map(
                                    one ->
                                        MetadefViews.withAssociations(
                                            one, all.getOrDefault(one.id(), List.of())))
                                .toList())
                        .with("schema", MetadefViews.schema("namespaces")),
                    MetadefViews.NAMESPACES,
                    page));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return stores
        .namespaces()
        .find(database, Viewer.of(request.caller()), request.path("namespace"))
        .flatMap(namespace -> whole(database, namespace, request.query("resource_type")))
        .flatMap(Replies::ok);
  }

  /** With the names that properties have on resources of the type, if one is given. */
  private Mono<View> whole(Session session, Namespace namespace, Optional<String> type) {
    return stores
        .items()
        .all(session, namespace.id())
        .collectList()
        .flatMap(
            items ->
                stores
                    .associations()
                    .list(session, namespace.id())
                    .collectList()
                    .map(
                        associations ->
                            MetadefViews.whole(
                                namespace,
                                items,
                                associations,
                                MetadefViews.prefix(associations, type))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> MetadefBodies.whole(request.caller(), body))
        .flatMap(whole -> database.inTransaction(transaction -> insert(transaction, whole)))
        .flatMap(
            made -> {
              String name = String.valueOf(made.members().get("namespace"));
              return Replies.bytes(
                  ServerResponse.status(HttpStatus.CREATED)
                      .location(URI.create(endpoint + "/image" + MetadefViews.path(name))),
                  made);
            });
  }

  private Mono<View> insert(Transaction transaction, MetadefBodies.Whole whole) {
    UUID id = Ids.next();
    return stores
        .namespaces()
        .count(transaction)
        .filter(count -> count < MAX_NAMESPACES)
        .switchIfEmpty(Mono.error(() -> MetadefBodies.tooMany("namespaces")))
        .then(stores.namespaces().insert(transaction, id, whole.attributes()))
        .flatMap(
            namespace ->
                Flux.fromIterable(whole.items().entrySet())
                    .concatMap(entry -> insert(transaction, id, entry.getKey(), entry.getValue()))
                    .thenMany(
                        Flux.fromIterable(whole.associations())
                            .concatMap(one -> stores.associations().insert(transaction, id, one)))
                    .then(Mono.defer(() -> whole(transaction, namespace, Optional.empty()))));
  }

  private Flux<Item> insert(
      Transaction transaction, UUID namespace, ItemKind kind, List<Item.Definition> items) {
    return Flux.fromIterable(items)
        .concatMap(one -> stores.items().insert(transaction, namespace, kind, one));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> MetadefBodies.attributes(request.caller(), body))
        .flatMap(
            changed ->
                database.inTransaction(
                    transaction ->
                        stores
                            .lock(transaction, request)
                            .flatMap(
                                old -> stores.namespaces().update(transaction, old.id(), changed))))
        .flatMap(namespace -> Replies.ok(MetadefViews.namespace(namespace)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                stores
                    .lockUnprotected(transaction, request)
                    .flatMap(old -> stores.namespaces().delete(transaction, old.id())))
        .then(Replies.noContent());
  }
}
