package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Services and endpoints. A change is in the tokens that are issued after it is answered. */
public final class CatalogRoutes {

  private static final String INSERT_SERVICE =
      """
      INSERT INTO identity_service (id, type, name, description, enabled)
      VALUES (:id, :type, :name, :description, :enabled)
      """;

  private static final String UPDATE_SERVICE =
      """
      UPDATE identity_service
         SET type = :type, name = :name, description = :description, enabled = :enabled
       WHERE id = :id
      """;

  private static final String INSERT_ENDPOINT =
      """
      INSERT INTO identity_endpoint
        (id, service_id, region_id, interface, url, name, description, enabled)
      VALUES (:id, :service, :region, :interface, :url, :name, :description, :enabled)
      """;

  private static final String UPDATE_ENDPOINT =
      """
      UPDATE identity_endpoint
         SET service_id = :service, region_id = :region, interface = :interface, url = :url,
             name = :name, description = :description, enabled = :enabled
       WHERE id = :id
      """;

  private final Database database;
  private final Catalog catalog;
  private final Keystone keystone;

  public CatalogRoutes(Database database, Catalog catalog, Keystone keystone) {
    this.database = database;
    this.catalog = catalog;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/auth/catalog", LOGGED_IN, this::ofToken),
        Route.get("/v3/services", SYSTEM_READER, this::services),
        Route.post("/v3/services", ADMIN, this::createService),
        Route.get("/v3/services/{id}", SYSTEM_READER, this::service),
        Route.patch("/v3/services/{id}", ADMIN, this::changeService),
        Route.delete("/v3/services/{id}", ADMIN, r -> delete(r, "service")),
        Route.get("/v3/endpoints", SYSTEM_READER, this::endpoints),
        Route.post("/v3/endpoints", ADMIN, this::createEndpoint),
        Route.get("/v3/endpoints/{id}", SYSTEM_READER, this::endpoint),
        Route.patch("/v3/endpoints/{id}", ADMIN, this::changeEndpoint),
        Route.delete("/v3/endpoints/{id}", ADMIN, r -> delete(r, "endpoint")));
  }

  private Mono<ServerResponse> ofToken(ApiRequest request) {
    return Replies.ok(
        View.of("catalog", catalog.of(request.caller().claims()))
            .with("links", View.of("self", keystone.base() + "/auth/catalog")));
  }

  private View view(Service service) {
    return keystone.linked("services", service.id(), service.view());
  }

  private View view(Endpoint endpoint) {
    return keystone.linked("endpoints", endpoint.id(), endpoint.view());
  }

  private Mono<ServerResponse> services(ApiRequest request) {
    return Filters.of(request)
        .text("name")
        .text("type")
        .query(database, Service.COLUMNS)
        .all(Service::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "services", views));
  }

  private static Mono<Service> findService(Session session, String id, String lock) {
    return session
        .sql(Service.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Service::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("service", id)));
  }

  private Mono<ServerResponse> service(ApiRequest request) {
    return findService(database, request.path("id"), "")
        .flatMap(service -> Replies.ok(View.of("service", view(service))));
  }

  private Mono<ServerResponse> createService(ApiRequest request) {
    return request
        .json()
        .map(body -> Service.created(body.object("service")))
        .flatMap(
            service ->
                service
                    .bind(database.sql(INSERT_SERVICE))
                    .execute()
                    .then(catalog.reload())
                    .then(Replies.created(View.of("service", view(service)))));
  }

  private Mono<ServerResponse> changeService(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("service"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        findService(tx, request.path("id"), "FOR UPDATE")
                            .map(service -> service.changed(body))
                            .flatMap(
                                service ->
                                    service
                                        .bind(tx.sql(UPDATE_SERVICE))
                                        .execute()
                                        .thenReturn(service))))
        .flatMap(service -> catalog.reload().then(Replies.ok(View.of("service", view(service)))));
  }

  private Mono<ServerResponse> endpoints(ApiRequest request) {
    return Filters.of(request)
        .text("interface")
        .text("service_id")
        .text("region_id")
        .where("region_id = %s", request.query("region"))
        .query(database, Endpoint.COLUMNS)
        .all(Endpoint::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "endpoints", views));
  }

  private static Mono<Endpoint> findEndpoint(Session session, String id, String lock) {
    return session
        .sql(Endpoint.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Endpoint::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("endpoint", id)));
  }

  private Mono<ServerResponse> endpoint(ApiRequest request) {
    return findEndpoint(database, request.path("id"), "")
        .flatMap(endpoint -> Replies.ok(View.of("endpoint", view(endpoint))));
  }

  private Mono<ServerResponse> createEndpoint(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("endpoint"))
        .flatMap(
            body -> {
              Endpoint endpoint = Endpoint.created(body);
              return database
                  .inTransaction(
                      tx ->
                          makeRegion(tx, body.has("region_id"), endpoint)
                              .then(write(tx.sql(INSERT_ENDPOINT), tx, endpoint)))
                  .then(catalog.reload())
                  .then(Replies.created(View.of("endpoint", view(endpoint))));
            });
  }

  /** A region that is called by the older word is made, if it is not there. */
  private static Mono<Void> makeRegion(Session session, boolean mustBeThere, Endpoint endpoint) {
    return Mono.justOrEmpty(endpoint.regionId())
        .filter(region -> !mustBeThere)
        .flatMap(
            region ->
                session
                    .sql("INSERT INTO identity_region (id) VALUES (:id) ON CONFLICT DO NOTHING")
                    .bind("id", region)
                    .execute())
        .then();
  }

  private static Mono<Void> write(Statement statement, Session session, Endpoint endpoint) {
    return findService(session, endpoint.serviceId(), "FOR SHARE")
        .onErrorMap(ApiFault.class, e -> notFoundFor("endpoint service_id in service table"))
        .then(endpoint.bind(statement).execute())
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> notFoundFor("endpoint region_id in region table"))
        .then();
  }

  private static ApiFault notFoundFor(String reference) {
    return ApiFault.badRequest(
        "Expecting to find %s. The server could not comply with the request since it is either"
                .formatted(reference)
            + " malformed or otherwise incorrect. The client is assumed to be in error.");
  }

  private Mono<ServerResponse> changeEndpoint(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("endpoint"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        findEndpoint(tx, request.path("id"), "FOR UPDATE")
                            .map(endpoint -> endpoint.changed(body))
                            .flatMap(
                                endpoint ->
                                    makeRegion(tx, !body.has("region"), endpoint)
                                        .then(write(tx.sql(UPDATE_ENDPOINT), tx, endpoint))
                                        .thenReturn(endpoint))))
        .flatMap(
            endpoint -> catalog.reload().then(Replies.ok(View.of("endpoint", view(endpoint)))));
  }

  private Mono<ServerResponse> delete(ApiRequest request, String thing) {
    String id = request.path("id");
    return database
        .sql("DELETE FROM identity_" + thing + " WHERE id = :id")
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound(thing, id)))
        .then(catalog.reload())
        .then(Replies.noContent());
  }
}
