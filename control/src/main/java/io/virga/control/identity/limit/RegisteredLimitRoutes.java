package io.virga.control.identity.limit;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/registered_limits}: the defaults, which everyone may read. */
public final class RegisteredLimitRoutes {

  private static final String THING = "registered limit";
  private static final String ALL = "/v3/registered_limits";
  private static final String ONE = ALL + "/{id}";

  private static final String COLUMNS =
      """
      SELECT id, service_id, region_id, resource_name, default_limit, description
        FROM identity_registered_limit
      """;

  private static final String INSERT =
      """
      INSERT INTO identity_registered_limit
        (id, service_id, region_id, resource_name, default_limit, description)
      VALUES (:id, :service, :region, :resource, :limit, :description)
      """;

  private static final String UPDATE =
      """
      UPDATE identity_registered_limit
         SET service_id = :service, region_id = :region, resource_name = :resource,
             default_limit = :limit, description = :description
       WHERE id = :id
      """;

  private static final String USES =
      "SELECT count(*)::int AS n FROM identity_limit WHERE registered_limit_id = :id";

  private final Database database;
  private final Keystone keystone;

  public RegisteredLimitRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  private record Registered(
      String id,
      String serviceId,
      Optional<String> regionId,
      String resource,
      int limit,
      Optional<String> description) {

    static Registered of(Row row) {
      return new Registered(
          row.text("id"),
          row.text("service_id"),
          row.optionalText("region_id"),
          row.text("resource_name"),
          row.integer("default_limit"),
          row.optionalText("description"));
    }

    static Registered created(JsonBody body) {
      return new Registered(
          Ids.nextHex(),
          body.text("service_id", LimitFaults.MAX_ID),
          body.optionalText("region_id", LimitFaults.MAX_ID),
          body.text("resource_name", LimitFaults.MAX_NAME),
          LimitFaults.limit(body, "default_limit"),
          body.optionalText("description", LimitFaults.MAX_NAME));
    }

    Registered changed(JsonBody body) {
      return new Registered(
          id,
          body.optionalText("service_id", LimitFaults.MAX_ID).orElse(serviceId),
          body.has("region_id") ? body.optionalText("region_id", LimitFaults.MAX_ID) : regionId,
          body.has("resource_name") ? body.text("resource_name", LimitFaults.MAX_NAME) : resource,
          body.has("default_limit") ? LimitFaults.limit(body, "default_limit") : limit,
          body.has("description")
              ? body.optionalText("description", LimitFaults.MAX_NAME)
              : description);
    }

    boolean limitsTheSameAs(Registered other) {
      return serviceId.equals(other.serviceId)
          && regionId.equals(other.regionId)
          && resource.equals(other.resource);
    }

    Statement bind(Statement statement) {
      return statement
          .bind("id", id)
          .bind("service", serviceId)
          .bind("region", regionId, String.class)
          .bind("resource", resource)
          .bind("limit", limit)
          .bind("description", description, String.class);
    }

    View view() {
      return View.of("id", id)
          .with("service_id", serviceId)
          .with("region_id", regionId)
          .with("resource_name", resource)
          .with("default_limit", limit)
          .with("description", description);
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.post(ALL, ADMIN, this::create),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.patch(ONE, ADMIN, this::change),
        Route.delete(ONE, ADMIN, this::delete));
  }

  private View view(Registered limit) {
    return keystone.linked("registered_limits", limit.id(), limit.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Filters.of(request)
        .text("service_id")
        .text("region_id")
        .text("resource_name")
        .query(database, COLUMNS)
        .all(Registered::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "registered_limits", views));
  }

  private static Mono<Registered> find(Session session, String id, String lock) {
    return session
        .sql(COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Registered::of)
        .switchIfEmpty(Mono.error(() -> LimitFaults.notFound(THING, id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"), "")
        .flatMap(limit -> Replies.ok(View.of("registered_limit", view(limit))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> LimitFaults.some(body, "registered_limits"))
        .map(bodies -> bodies.stream().map(Registered::created).toList())
        .flatMap(
            limits ->
                database
                    .inTransaction(
                        tx ->
                            Flux.fromIterable(limits)
                                .concatMap(limit -> write(tx.sql(INSERT), limit))
                                .then())
                    .then(
                        Replies.created(
                            View.of(
                                "registered_limits", limits.stream().map(this::view).toList()))));
  }

  private static Mono<Long> write(Statement statement, Registered limit) {
    return limit
        .bind(statement)
        .execute()
        .transform(LimitFaults.conflicts("registered_limit", "service_id or region_id"));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("registered_limit"))
        .flatMap(body -> database.inTransaction(tx -> change(tx, request.path("id"), body)))
        .flatMap(limit -> Replies.ok(View.of("registered_limit", view(limit))));
  }

  private static Mono<Registered> change(Transaction tx, String id, JsonBody body) {
    return find(tx, id, "FOR UPDATE")
        .flatMap(
            before -> {
              Registered after = before.changed(body);
              return (after.limitsTheSameAs(before) ? Mono.<Void>empty() : checkUnused(tx, id))
                  .then(write(tx.sql(UPDATE), after))
                  .thenReturn(after);
            });
  }

  private static Mono<Void> checkUnused(Session session, String id) {
    return session
        .sql(USES)
        .bind("id", id)
        .one(row -> row.integer("n"))
        .doOnNext(
            uses -> {
              if (uses > 0) {
                throw ApiFault.forbidden(
                    "Unable to update or delete registered limit %s".formatted(id)
                        + " because there are project limits associated with it.");
              }
            })
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .inTransaction(
            tx ->
                find(tx, id, "FOR UPDATE")
                    .then(checkUnused(tx, id))
                    .then(
                        tx.sql("DELETE FROM identity_registered_limit WHERE id = :id")
                            .bind("id", id)
                            .execute()))
        .then(Replies.noContent());
  }
}
