package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.identity.directory.Projects;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/OS-EP-FILTER}: the endpoints that a project sees, one by one. A change is in the
 * tokens that are looked at after it is answered.
 */
public final class EndpointFilterRoutes {

  private static final String OF_PROJECT =
      EndpointGroupRoutes.PREFIX + "/projects/{project}/endpoints";
  private static final String ONE = OF_PROJECT + "/{endpoint}";

  private static final ProjectAssociation ASSOCIATION =
      new ProjectAssociation("project_endpoint", "endpoint_id");

  private final Database database;
  private final Catalog catalog;
  private final Projects projects;
  private final Keystone keystone;

  public EndpointFilterRoutes(
      Database database, Catalog catalog, Projects projects, Keystone keystone) {
    this.database = database;
    this.catalog = catalog;
    this.projects = projects;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(OF_PROJECT, SYSTEM_READER, this::list),
        Route.get(ONE, SYSTEM_READER, this::check),
        Route.put(ONE, ADMIN, this::add),
        Route.delete(ONE, ADMIN, this::remove),
        Route.get(
            EndpointGroupRoutes.PREFIX + "/endpoints/{endpoint}/projects",
            SYSTEM_READER,
            this::projects));
  }

  /** Those of its groups are among them. */
  private Mono<ServerResponse> list(ApiRequest request) {
    String project = request.path("project");
    return projects
        .check(database, project)
        .thenMany(
            database
                .sql(Endpoint.COLUMNS + "e WHERE " + ProjectCatalog.SELECTED + " ORDER BY id")
                .bind("project", project)
                .all(Endpoint::of))
        .map(endpoint -> keystone.linked("endpoints", endpoint.id(), endpoint.view()))
        .collectList()
        .flatMap(views -> keystone.list(request, "endpoints", views));
  }

  private Mono<ServerResponse> projects(ApiRequest request) {
    String endpoint = request.path("endpoint");
    return EndpointRoutes.find(database, endpoint, "")
        .then(Mono.defer(() -> projects.list(request, ASSOCIATION.projects(), endpoint)));
  }

  /** Endpoint and project, both of which must be there. */
  private Mono<Void> checkThere(Session session, ApiRequest request) {
    return EndpointRoutes.find(session, request.path("endpoint"), "")
        .then(projects.check(session, request.path("project")));
  }

  private static ApiFault notAssociated(ApiRequest request) {
    return ApiFault.of(
        FaultKind.NOT_FOUND,
        "Endpoint %s not found in project %s"
            .formatted(request.path("endpoint"), request.path("project")));
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    return checkThere(database, request)
        .then(ASSOCIATION.has(database, request.path("project"), request.path("endpoint")))
        .filter(associated -> associated)
        .switchIfEmpty(Mono.error(() -> notAssociated(request)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    return ASSOCIATION
        .add(
            database,
            request.path("project"),
            request.path("endpoint"),
            tx -> checkThere(tx, request))
        .then(catalog.reload())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    return ASSOCIATION
        .remove(database, request.path("project"), request.path("endpoint"))
        .filter(removed -> removed)
        .switchIfEmpty(Mono.error(() -> notAssociated(request)))
        .then(catalog.reload())
        .then(Replies.noContent());
  }
}
