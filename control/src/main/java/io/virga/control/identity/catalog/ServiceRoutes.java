package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Services of the cloud. A change is in the tokens that are issued after it is answered. */
public final class ServiceRoutes {

  private static final String INSERT =
      """
      INSERT INTO identity_service (id, type, name, description, enabled, extra)
      VALUES (:id, :type, :name, :description, :enabled, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_service
         SET type = :type, name = :name, description = :description, enabled = :enabled,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final Catalog catalog;
  private final Keystone keystone;

  public ServiceRoutes(Database database, Catalog catalog, Keystone keystone) {
    this.database = database;
    this.catalog = catalog;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/services", SYSTEM_READER, this::list),
        Route.post("/v3/services", ADMIN, this::create),
        Route.get("/v3/services/{id}", SYSTEM_READER, this::show),
        Route.patch("/v3/services/{id}", ADMIN, this::change),
        Route.delete("/v3/services/{id}", ADMIN, this::delete));
  }

  private View view(Service service) {
    return keystone.linked("services", service.id(), service.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Filters.of(request)
        .text("name")
        .text("type")
        .query(database, Service.COLUMNS)
        .all(Service::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "services", views));
  }

  static Mono<Service> find(Session session, String id, String lock) {
    return session
        .sql(Service.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Service::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("service", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"), "")
        .flatMap(service -> Replies.ok(View.of("service", view(service))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> Service.created(body.object("service")))
        .flatMap(
            service ->
                service
                    .bind(database.sql(INSERT))
                    .execute()
                    .then(catalog.reload())
                    .then(Replies.created(View.of("service", view(service)))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("service"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        find(tx, request.path("id"), "FOR UPDATE")
                            .map(service -> service.changed(body))
                            .flatMap(
                                service ->
                                    service.bind(tx.sql(UPDATE)).execute().thenReturn(service))))
        .flatMap(service -> catalog.reload().then(Replies.ok(View.of("service", view(service)))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql("DELETE FROM identity_service WHERE id = :id")
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("service", id)))
        .then(catalog.reload())
        .then(Replies.noContent());
  }
}
