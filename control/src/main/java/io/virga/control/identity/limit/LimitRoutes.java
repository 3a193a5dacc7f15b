package io.virga.control.identity.limit;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
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
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/limits}: what is said of single projects and domains. The model is flat: a limit says
 * nothing of what is below a project. The quotas of this cloud's own services are their own.
 */
public final class LimitRoutes {

  private static final String ALL = "/v3/limits";
  private static final String ONE = ALL + "/{id}";

  /** A table of its own to filter, so that each column has one name. */
  private static final String COLUMNS =
      """
      SELECT * FROM (
        SELECT l.id, l.project_id, l.domain_id, l.resource_limit, l.description, r.service_id,
               r.region_id, r.resource_name, coalesce(p.domain_id, l.domain_id) AS of_domain
          FROM identity_limit l
          JOIN identity_registered_limit r ON r.id = l.registered_limit_id
          LEFT JOIN identity_project p ON p.id = l.project_id) limits
      """;

  private static final String REGISTERED =
      """
      SELECT id FROM identity_registered_limit
       WHERE service_id = :service AND region_id IS NOT DISTINCT FROM :region
         AND resource_name = :resource
         FOR SHARE
      """;

  private static final String INSERT =
      """
      INSERT INTO identity_limit
        (id, registered_limit_id, project_id, domain_id, resource_limit, description)
      VALUES (:id, :registered, :project, :domain, :limit, :description)
      """;

  private static final String UPDATE =
      """
      UPDATE identity_limit SET resource_limit = :limit, description = :description WHERE id = :id
      """;

  private final Database database;
  private final Keystone keystone;

  public LimitRoutes(Database database, Keystone keystone) {
    this.database = database;
    this.keystone = keystone;
  }

  private record Resource(String serviceId, Optional<String> regionId, String name) {}

  /** Of a project or of a domain. */
  private record Target(Optional<String> projectId, Optional<String> domainId) {}

  private record Limit(
      String id, Target target, Resource resource, int limit, Optional<String> description) {

    static Limit of(Row row) {
      return new Limit(
          row.text("id"),
          new Target(row.optionalText("project_id"), row.optionalText("domain_id")),
          new Resource(
              row.text("service_id"), row.optionalText("region_id"), row.text("resource_name")),
          row.integer("resource_limit"),
          row.optionalText("description"));
    }

    static Limit created(JsonBody body) {
      Target target =
          new Target(
              body.optionalText("project_id", LimitFaults.MAX_ID),
              body.optionalText("domain_id", LimitFaults.MAX_ID));
      if (target.projectId().isPresent() == target.domainId().isPresent()) {
        throw ApiFault.badRequest(
            body.at("project_id") + ": exactly one of project_id and domain_id is required");
      }
      return new Limit(
          Ids.nextHex(),
          target,
          new Resource(
              body.text("service_id", LimitFaults.MAX_ID),
              body.optionalText("region_id", LimitFaults.MAX_ID),
              body.text("resource_name", LimitFaults.MAX_NAME)),
          LimitFaults.limit(body, "resource_limit"),
          body.optionalText("description", LimitFaults.MAX_NAME));
    }

    Limit changed(JsonBody body) {
      body.allowOnly("resource_limit", "description");
      return new Limit(
          id,
          target,
          resource,
          body.has("resource_limit") ? LimitFaults.limit(body, "resource_limit") : limit,
          body.has("description")
              ? body.optionalText("description", LimitFaults.MAX_NAME)
              : description);
    }

    View view() {
      return View.of("id", id)
          .with("project_id", target.projectId())
          .with("domain_id", target.domainId())
          .with("service_id", resource.serviceId())
          .with("region_id", resource.regionId())
          .with("resource_name", resource.name())
          .with("resource_limit", limit)
          .with("description", description);
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL + "/model", LOGGED_IN, this::model),
        Route.get(ALL, LOGGED_IN, this::list),
        Route.post(ALL, ADMIN, this::create),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.patch(ONE, ADMIN, this::change),
        Route.delete(ONE, ADMIN, this::delete));
  }

  private Mono<ServerResponse> model(ApiRequest request) {
    return Replies.ok(
        View.of(
            "model",
            View.of("name", "flat")
                .with(
                    "description",
                    "Limit enforcement and validation does not take project hierarchy into"
                        + " consideration.")));
  }

  private View view(Limit limit) {
    return keystone.linked("limits", limit.id(), limit.view());
  }

  /** Lets those through that are the caller's to see: everyone's, its domain's, its project's. */
  private static Filters seen(ApiRequest request, Filters filters) {
    Caller caller = request.caller();
    if (Rule.SYSTEM_READER.opensTo(caller)) {
      return filters;
    }
    return caller.domainId().isPresent()
        ? filters.where("of_domain = %s", caller.domainId())
        : filters.where("project_id = %s", caller.claims().projectId().orElse(""));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Filters filters =
        Filters.of(request)
            .text("service_id")
            .text("region_id")
            .text("resource_name")
            .text("project_id")
            .text("domain_id");
    return seen(request, filters)
        .query(database, COLUMNS)
        .all(Limit::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "limits", views));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("id");
    return seen(request, Filters.of(request).where("id = %s", id))
        .query(database, COLUMNS)
        .one(Limit::of)
        .switchIfEmpty(Mono.error(() -> LimitFaults.notFound("limit", id)))
        .flatMap(limit -> Replies.ok(View.of("limit", view(limit))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> LimitFaults.some(body, "limits"))
        .map(bodies -> bodies.stream().map(Limit::created).toList())
        .flatMap(
            limits ->
                database
                    .inTransaction(
                        tx ->
                            Flux.fromIterable(limits).concatMap(limit -> insert(tx, limit)).then())
                    .then(
                        Replies.created(
                            View.of("limits", limits.stream().map(this::view).toList()))));
  }

  private static Mono<Long> insert(Transaction tx, Limit limit) {
    return tx.sql(REGISTERED)
        .bind("service", limit.resource().serviceId())
        .bind("region", limit.resource().regionId(), String.class)
        .bind("resource", limit.resource().name())
        .one(row -> row.text("id"))
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.forbidden(
                        "Unable to create a limit that has no corresponding registered limit.")))
        .flatMap(
            registered ->
                tx.sql(INSERT)
                    .bind("id", limit.id())
                    .bind("registered", registered)
                    .bind("project", limit.target().projectId(), String.class)
                    .bind("domain", limit.target().domainId(), String.class)
                    .bind("limit", limit.limit())
                    .bind("description", limit.description(), String.class)
                    .execute())
        .transform(LimitFaults.conflicts("limit", "project_id or domain_id"));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("limit"))
        .flatMap(body -> database.inTransaction(tx -> change(tx, request.path("id"), body)))
        .flatMap(limit -> Replies.ok(View.of("limit", view(limit))));
  }

  private static Mono<Limit> change(Session session, String id, JsonBody body) {
    return session
        .sql(COLUMNS + "WHERE id = :id")
        .bind("id", id)
        .one(Limit::of)
        .switchIfEmpty(Mono.error(() -> LimitFaults.notFound("limit", id)))
        .map(limit -> limit.changed(body))
        .flatMap(
            limit ->
                session
                    .sql(UPDATE)
                    .bind("id", id)
                    .bind("limit", limit.limit())
                    .bind("description", limit.description(), String.class)
                    .execute()
                    .thenReturn(limit));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql("DELETE FROM identity_limit WHERE id = :id")
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> LimitFaults.notFound("limit", id)))
        .then(Replies.noContent());
  }
}
