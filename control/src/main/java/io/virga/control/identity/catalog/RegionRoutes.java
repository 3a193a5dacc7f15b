package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Extra;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/regions}, which may be within each other. */
public final class RegionRoutes {

  private static final Set<String> OWN = Set.of("description", "parent_region_id");
  private static final int MAX_ID = 255;

  private static final String COLUMNS =
      "SELECT id, description, parent_region_id, " + Extra.COLUMN + " FROM identity_region ";

  private static final String INSERT =
      """
      INSERT INTO identity_region (id, description, parent_region_id, extra)
      VALUES (:id, :description, :parent, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_region
         SET description = :description, parent_region_id = :parent, extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  /** The region and all within it. */
  private static final String WITHIN =
      """
      WITH RECURSIVE within AS (
        SELECT id FROM identity_region WHERE id = :id
        UNION SELECT r.id FROM identity_region r JOIN within w ON r.parent_region_id = w.id)
      """;

  private static final String IS_WITHIN =
      WITHIN + "SELECT count(*)::int AS n FROM within WHERE id = :parent";

  private static final String DELETE =
      WITHIN + "DELETE FROM identity_region WHERE id IN (SELECT id FROM within)";

  private final Database database;
  private final Keystone keystone;

  public RegionRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  private record Region(String id, String description, Optional<String> parentId, Extra extra) {

    static Region of(Row row) {
      return new Region(
          row.text("id"),
          row.text("description"),
          row.optionalText("parent_region_id"),
          Extra.of(row));
    }

    static Region created(JsonBody body, String id) {
      return new Region(
          id,
          body.optionalText("description", MAX_ID).orElse(""),
          body.optionalText("parent_region_id", MAX_ID),
          Extra.of(body, OWN));
    }

    Region changed(JsonBody body) {
      return new Region(
          id,
          body.optionalText("description", MAX_ID).orElse(description),
          body.has("parent_region_id") ? body.optionalText("parent_region_id", MAX_ID) : parentId,
          extra.changed(body, OWN));
    }

    Statement bind(Statement statement) {
      return extra.bind(
          statement
              .bind("id", id)
              .bind("description", description)
              .bind("parent", parentId, String.class));
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/regions", LOGGED_IN, this::list),
        Route.post("/v3/regions", ADMIN, this::create),
        Route.get("/v3/regions/{id}", LOGGED_IN, this::show),
        Route.put("/v3/regions/{id}", ADMIN, this::createNamed),
        Route.patch("/v3/regions/{id}", ADMIN, this::change),
        Route.delete("/v3/regions/{id}", ADMIN, this::delete));
  }

  private View body(Region region) {
    return View.of("region", view(region));
  }

  private View view(Region region) {
    return keystone.linked(
        "regions",
        region.id(),
        region
            .extra()
            .in(
                View.of("id", region.id())
                    .with("description", region.description())
                    .with("parent_region_id", region.parentId())));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Filters.of(request)
        .text("parent_region_id")
        .query(database, COLUMNS)
        .all(Region::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "regions", views));
  }

  private static Mono<Region> find(Session session, String id, String lock) {
    return session
        .sql(COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Region::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("region", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"), "").flatMap(region -> Replies.ok(body(region)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("region"))
        .map(
            body ->
                Region.created(
                    body,
                    body.optionalText("id", MAX_ID)
                        .filter(id -> !id.isEmpty())
                        .orElseGet(Ids::nextHex)))
        .flatMap(this::store);
  }

  private Mono<ServerResponse> createNamed(ApiRequest request) {
    String id = request.path("id");
    return request
        .json()
        .map(body -> body.object("region"))
        .map(
            body -> {
              String named = body.optionalText("id", MAX_ID).orElse(id);
              if (!named.equals(id)) {
                throw ApiFault.badRequest(
                    "Conflicting region IDs specified: \"%s\" != \"%s\"".formatted(id, named));
              }
              return Region.created(body, id);
            })
        .flatMap(this::store);
  }

  private Mono<ServerResponse> store(Region region) {
    if (region.parentId().equals(Optional.of(region.id()))) {
      throw Keystone.notFound("region", region.id());
    }
    return write(database.sql(INSERT), region).then(Replies.created(body(region)));
  }

  private static Mono<Void> write(Statement statement, Region region) {
    return region
        .bind(statement)
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Conflict occurred attempting to store region - Duplicate ID, %s."
                        .formatted(region.id())))
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> Keystone.notFound("region", region.parentId().orElse("")))
        .then();
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("region"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        tx.sql("LOCK TABLE identity_region IN SHARE ROW EXCLUSIVE MODE")
                            .execute()
                            .then(find(tx, request.path("id"), ""))
                            .map(region -> region.changed(body))
                            .flatMap(
                                region ->
                                    checkTree(tx, region)
                                        .then(write(tx.sql(UPDATE), region))
                                        .thenReturn(region))))
        .flatMap(region -> Replies.ok(body(region)));
  }

  private static Mono<Void> checkTree(Session session, Region region) {
    return Mono.justOrEmpty(region.parentId())
        .flatMap(
            parent ->
                session
                    .sql(IS_WITHIN)
                    .bind("id", region.id())
                    .bind("parent", parent)
                    .one(row -> row.integer("n"))
                    .doOnNext(
                        n -> {
                          if (n > 0) {
                            throw ApiFault.badRequest(
                                "The specified parent region %s would create a circular region"
                                        .formatted(parent)
                                    + " hierarchy.");
                          }
                        }))
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql(DELETE)
        .bind("id", id)
        .execute()
        .onErrorMap(
            DataIntegrityViolationException.class,
            e ->
                ApiFault.forbidden(
                    "Unable to delete region %s because it or its child regions have associated"
                            .formatted(id)
                        + " endpoints."))
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("region", id)))
        .then(Replies.noContent());
  }
}
