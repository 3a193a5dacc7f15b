package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
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

/** Where services are. A change is in the tokens that are issued after it is answered. */
public final class EndpointRoutes {

  private static final String INSERT =
      """
      INSERT INTO identity_endpoint
        (id, service_id, region_id, interface, url, name, description, enabled, extra)
      VALUES (:id, :service, :region, :interface, :url, :name, :description, :enabled,
              CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_endpoint
         SET service_id = :service, region_id = :region, interface = :interface, url = :url,
             name = :name, description = :description, enabled = :enabled,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final Catalog catalog;
  private final Keystone keystone;

  public EndpointRoutes(Database database, Catalog catalog, Keystone keystone) {
    this.database = database;
    this.catalog = catalog;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/endpoints", SYSTEM_READER, this::list),
        Route.post("/v3/endpoints", ADMIN, this::create),
        Route.get("/v3/endpoints/{id}", SYSTEM_READER, this::show),
        Route.patch("/v3/endpoints/{id}", ADMIN, this::change),
        Route.delete("/v3/endpoints/{id}", ADMIN, this::delete));
  }

  private View view(Endpoint endpoint) {
    return keystone.linked("endpoints", endpoint.id(), endpoint.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
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

  static Mono<Endpoint> find(Session session, String id, String lock) {
    return session
        .sql(Endpoint.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Endpoint::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("endpoint", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"), "")
        .flatMap(endpoint -> Replies.ok(View.of("endpoint", view(endpoint))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
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
                              .then(write(tx.sql(INSERT), tx, endpoint)))
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
    return ServiceRoutes.find(session, endpoint.serviceId(), "FOR SHARE")
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

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("endpoint"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        find(tx, request.path("id"), "FOR UPDATE")
                            .map(endpoint -> endpoint.changed(body))
                            .flatMap(
                                endpoint ->
                                    makeRegion(tx, !body.has("region"), endpoint)
                                        .then(write(tx.sql(UPDATE), tx, endpoint))
                                        .thenReturn(endpoint))))
        .flatMap(
            endpoint -> catalog.reload().then(Replies.ok(View.of("endpoint", view(endpoint)))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql("DELETE FROM identity_endpoint WHERE id = :id")
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("endpoint", id)))
        .then(catalog.reload())
        .then(Replies.noContent());
  }
}
