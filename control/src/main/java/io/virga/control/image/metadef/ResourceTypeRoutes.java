package io.virga.control.image.metadef;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.view.Times;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Types of resources, and {@code resource_types} of a namespace: which of them it is for. */
final class ResourceTypeRoutes {

  private static final String OF_NAMESPACE = "/v2/metadefs/namespaces/{namespace}/resource_types";

  private final Database database;
  private final MetadefStores stores;

  ResourceTypeRoutes(Database database, MetadefStores stores) {
    this.database = database;
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2/metadefs/resource_types", Rule.READER, request -> types()),
        Route.get(OF_NAMESPACE, Rule.READER, this::list),
        Route.post(OF_NAMESPACE, Rule.ADMIN, this::create),
        Route.delete(OF_NAMESPACE + "/{type}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> types() {
    return stores
        .associations()
        .types(database)
        .map(
            type ->
                View.of("name", type.name())
                    .with("created_at", Times.text(type.createdAt()))
                    .with("updated_at", Times.text(type.updatedAt())))
        .collectList()
        .flatMap(all -> Replies.ok(View.of("resource_types", all)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return stores
        .namespaces()
        .find(database, Viewer.of(request.caller()), request.path("namespace"))
        .flatMapMany(namespace -> stores.associations().list(database, namespace.id()))
        .map(MetadefViews::association)
        .collectList()
        .flatMap(all -> Replies.ok(View.of("resource_type_associations", all)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(MetadefBodies::association)
        .flatMap(
            target ->
                database.inTransaction(
                    transaction ->
                        stores
                            .lock(transaction, request)
                            .flatMap(
                                namespace ->
                                    stores
                                        .associations()
                                        .insert(transaction, namespace.id(), target))))
        .flatMap(made -> Replies.created(MetadefViews.association(made)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String type = request.path("type");
    return database
        .inTransaction(
            transaction ->
                stores
                    .lockUnprotected(transaction, request)
                    .flatMap(
                        namespace ->
                            stores.associations().delete(transaction, namespace.id(), type)))
        .filter(deleted -> deleted)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Resource type association", type)))
        .then(Replies.noContent());
  }
}
