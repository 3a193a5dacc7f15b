package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.DOMAIN_ADMIN;
import static io.virga.control.policy.Rule.DOMAIN_READER;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/projects}, and the projects that a user may scope to. */
public final class ProjectRoutes {

  private static final String OF_USER = "id IN (SELECT p.id FROM identity_projects_of(%s) p)";

  private static final Directory.Table TABLE =
      new Directory.Table(
          "project",
          "identity_project",
          Project.COLUMNS,
          """
          INSERT INTO identity_project
            (id, domain_id, parent_id, name, description, enabled, tags, extra)
          VALUES (:id, :domain, :parent, :name, :description, :enabled, :tags,
                  CAST(:extra AS jsonb))
          """,
          """
          UPDATE identity_project
             SET domain_id = :domain, parent_id = :parent, name = :name,
                 description = :description, enabled = :enabled, tags = :tags,
                 extra = CAST(:extra AS jsonb)
           WHERE id = :id
          """);

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Directory<Project> projects;
  private final ProjectTree tree;
  private final DomainProjects domains;

  public ProjectRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.projects = new Directory<>(database, revocations, keystone, TABLE, Project::of);
    this.tree = new ProjectTree(database, projects::view);
    this.domains = new DomainProjects(database, revocations, s3, keystone);
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/projects", DOMAIN_READER, this::list),
        Route.post("/v3/projects", DOMAIN_ADMIN, this::create),
        Route.get("/v3/projects/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/projects/{id}", DOMAIN_ADMIN, this::change),
        Route.delete("/v3/projects/{id}", DOMAIN_ADMIN, this::delete),
        Route.get("/v3/auth/projects", LOGGED_IN, this::mine),
        Route.get("/v3/users/{id}/projects", LOGGED_IN, this::ofUser));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    if (request.hasQuery("is_domain") && Filters.isSet(request, "is_domain")) {
      return domains.list(request);
    }
    return projects.list(
        request,
        ProjectTags.filter(
                request, Filters.of(request).text("name").flag("enabled").text("domain_id"))
            .where("coalesce(parent_id, domain_id) = %s", request.query("parent_id"))
            .where("domain_id = %s", Reach.of(request.caller()).onlyDomain()));
  }

  private Mono<ServerResponse> mine(ApiRequest request) {
    Filters enabled = Filters.of(request).where("enabled = %s", true);
    return ofUser(request, request.caller().userId(), enabled);
  }

  private Mono<ServerResponse> ofUser(ApiRequest request) {
    String user = request.path("id");
    return User.find(database, user, "")
        .filter(found -> found.isSeenBy(request.caller()))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("user", user)))
        .then(
            Mono.defer(
                () -> ofUser(request, user, Filters.of(request).text("name").flag("enabled"))));
  }

  private Mono<ServerResponse> ofUser(ApiRequest request, String user, Filters filters) {
    return projects.list(request, filters.where(OF_USER, user).query(database, Project.COLUMNS));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return projects
        .find(request.path("id"), project -> project.isSeenBy(request.caller()))
        .flatMap(project -> tree.expanded(request, project))
        .flatMap(view -> Replies.ok(View.of("project", view)))
        .onErrorResume(ApiFault::isNotFound, missing -> domains.show(request));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    String home = Reach.home(request.caller());
    return request
        .json()
        .map(body -> body.object("project"))
        .flatMap(
            body ->
                body.strictFlag("is_domain", false)
                    ? domains.create(request, body)
                    : projects.create(
                        request,
                        body,
                        described -> Project.created(described, home),
                        ProjectTree::checkPlace));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return domains
        .has(request.path("id"))
        .flatMap(domain -> domain ? domains.change(request) : changeProject(request));
  }

  private Mono<ServerResponse> changeProject(ApiRequest request) {
    return projects.change(
        request,
        Project::changed,
        (transaction, before, after) ->
            ProjectTree.checkChange(transaction, before, after)
                .then(
                    before.enabled() && !after.enabled()
                        ? revoke(transaction, after)
                        : Mono.empty())
                .then(s3.projectChanged(transaction, after.id())));
  }

  private Mono<Void> revoke(Transaction transaction, Project project) {
    return revocations.revokeProject(transaction, project.id());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return domains
        .has(request.path("id"))
        .flatMap(domain -> domain ? domains.delete(request) : deleteProject(request));
  }

  private Mono<ServerResponse> deleteProject(ApiRequest request) {
    return projects.delete(
        request,
        (transaction, project, removed) ->
            ProjectTree.checkLeaf(transaction, project)
                .then(s3.removeAllOf(transaction, project.id()))
                .then(revoke(transaction, project))
                .then(removed));
  }
}
