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
import io.virga.control.http.View;
import io.virga.control.identity.directory.Projects;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/OS-EP-FILTER/endpoint_groups}, and the projects whose catalogs they cut. A change is
 * in the tokens that are looked at after it is answered.
 */
public final class EndpointGroupRoutes {

  static final String PREFIX = "/v3/OS-EP-FILTER";

  private static final String COLLECTION = "OS-EP-FILTER/endpoint_groups";
  private static final String ALL = PREFIX + "/endpoint_groups";
  private static final String ONE = ALL + "/{id}";
  private static final String OF_PROJECT = ONE + "/projects/{project}";

  private static final String INSERT =
      """
      INSERT INTO identity_endpoint_group
        (id, name, description, service_id, region_id, interface)
      VALUES (:id, :name, :description, :service, :region, :interface)
      """;

  private static final String UPDATE =
      """
      UPDATE identity_endpoint_group
         SET name = :name, description = :description, service_id = :service, region_id = :region,
             interface = :interface
       WHERE id = :id
      """;

  private static final String ENDPOINTS =
      Endpoint.COLUMNS
          + "e WHERE EXISTS (SELECT FROM identity_endpoint_group g WHERE g.id = :group AND "
          + EndpointGroup.FITS
          + ") ORDER BY id";

  private static final ProjectAssociation ASSOCIATION =
      new ProjectAssociation("project_endpoint_group", "endpoint_group_id");

  private final Database database;
  private final Catalog catalog;
  private final Projects projects;
  private final Keystone keystone;

  public EndpointGroupRoutes(
      Database database, Catalog catalog, Projects projects, Keystone keystone) {
    this.database = database;
    this.catalog = catalog;
    this.projects = projects;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, SYSTEM_READER, this::list),
        Route.post(ALL, ADMIN, this::create),
        Route.get(ONE, SYSTEM_READER, this::show),
        Route.patch(ONE, ADMIN, this::change),
        Route.delete(ONE, ADMIN, this::delete),
        Route.get(ONE + "/endpoints", SYSTEM_READER, this::endpoints),
        Route.get(ONE + "/projects", SYSTEM_READER, this::projects),
        Route.get(PREFIX + "/projects/{project}/endpoint_groups", SYSTEM_READER, this::ofProject),
        Route.get(OF_PROJECT, SYSTEM_READER, this::association),
        Route.put(OF_PROJECT, ADMIN, this::add),
        Route.delete(OF_PROJECT, ADMIN, this::remove));
  }

  private View body(EndpointGroup group) {
    return View.of("endpoint_group", view(group));
  }

  private View view(EndpointGroup group) {
    return keystone.linked(COLLECTION, group.id(), group.view());
  }

  private static Mono<EndpointGroup> find(Session session, ApiRequest request, String lock) {
    String id = request.path("id");
    return session
        .sql(EndpointGroup.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(EndpointGroup::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("Endpoint Group", id)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return list(request, Filters.of(request).text("name"));
  }

  private Mono<ServerResponse> ofProject(ApiRequest request) {
    String project = request.path("project");
    Filters filters = Filters.of(request).where(ASSOCIATION.ofProject(), project);
    return projects.check(database, project).then(Mono.defer(() -> list(request, filters)));
  }

  private Mono<ServerResponse> list(ApiRequest request, Filters filters) {
    return filters
        .query(database, EndpointGroup.COLUMNS)
        .all(EndpointGroup::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "endpoint_groups", views));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request, "").flatMap(group -> Replies.ok(body(group)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> EndpointGroup.created(body.object("endpoint_group")))
        .flatMap(
            group -> group.bind(database.sql(INSERT)).execute().then(Replies.created(body(group))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("endpoint_group"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        find(tx, request, "FOR UPDATE")
                            .map(group -> group.changed(body))
                            .flatMap(
                                group -> group.bind(tx.sql(UPDATE)).execute().thenReturn(group))))
        .flatMap(group -> Replies.ok(body(group)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return find(database, request, "")
        .flatMap(
            group ->
                database
                    .sql("DELETE FROM identity_endpoint_group WHERE id = :id")
                    .bind("id", group.id())
                    .execute())
        .then(catalog.reload())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> endpoints(ApiRequest request) {
    return find(database, request, "")
        .flatMapMany(group -> database.sql(ENDPOINTS).bind("group", group.id()).all(Endpoint::of))
        .map(endpoint -> keystone.linked("endpoints", endpoint.id(), endpoint.view()))
        .collectList()
        .flatMap(views -> keystone.list(request, "endpoints", views));
  }

  private Mono<ServerResponse> projects(ApiRequest request) {
    return find(database, request, "")
        .flatMap(group -> projects.list(request, ASSOCIATION.projects(), group.id()));
  }

  /** Project and group, both of which must be there. */
  private Mono<Void> check(Session session, ApiRequest request) {
    return projects.check(session, request.path("project")).then(find(session, request, "")).then();
  }

  private static ApiFault notAssociated() {
    return ApiFault.of(FaultKind.NOT_FOUND, "Endpoint Group Project Association not found");
  }

  private Mono<ServerResponse> association(ApiRequest request) {
    String project = request.path("project");
    String group = request.path("id");
    return check(database, request)
        .then(ASSOCIATION.has(database, project, group))
        .filter(associated -> associated)
        .switchIfEmpty(Mono.error(EndpointGroupRoutes::notAssociated))
        .then(
            Replies.ok(
                View.of(
                    "project_endpoint_group",
                    keystone.linked(
                        COLLECTION + "/" + group + "/projects",
                        project,
                        View.of("endpoint_group_id", group).with("project_id", project)))));
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    return ASSOCIATION
        .add(database, request.path("project"), request.path("id"), tx -> check(tx, request))
        .then(catalog.reload())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    return check(database, request)
        .then(ASSOCIATION.remove(database, request.path("project"), request.path("id")))
        .filter(removed -> removed)
        .switchIfEmpty(Mono.error(EndpointGroupRoutes::notAssociated))
        .then(catalog.reload())
        .then(Replies.noContent());
  }
}
