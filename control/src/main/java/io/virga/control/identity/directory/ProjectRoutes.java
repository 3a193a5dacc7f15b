package io.virga.control.identity.directory;

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
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/projects}, and the projects that a user may scope to. Projects do not nest. */
public final class ProjectRoutes {

  private static final int MAX_TAGS = 80;
  private static final String COLUMNS =
      "SELECT id, domain_id, name, description, enabled, tags FROM identity_project ";

  private static final String OF_USER =
      COLUMNS
          + """
          p WHERE (:disabled OR enabled) AND EXISTS (
            SELECT 1 FROM identity_assignment a
             WHERE (a.project_id = p.id OR a.inherited AND a.domain_id = p.domain_id)
               AND (a.user_id = :user OR a.group_id IN
                    (SELECT group_id FROM identity_membership WHERE user_id = :user)))
          ORDER BY id
          """;

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public ProjectRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  private record Project(
      String id,
      String domainId,
      String name,
      String description,
      boolean enabled,
      List<String> tags) {

    static Project of(Row row) {
      return new Project(
          row.text("id"),
          row.text("domain_id"),
          row.text("name"),
          row.text("description"),
          row.flag("enabled"),
          row.texts("tags"));
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/projects", ADMIN, this::list),
        Route.post("/v3/projects", ADMIN, this::create),
        Route.get("/v3/projects/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/projects/{id}", ADMIN, this::change),
        Route.delete("/v3/projects/{id}", ADMIN, this::delete),
        Route.get("/v3/auth/projects", LOGGED_IN, this::mine),
        Route.get("/v3/users/{id}/projects", LOGGED_IN, this::ofUser));
  }

  private View view(Project project) {
    return keystone.linked(
        "projects",
        project.id(),
        View.of("id", project.id())
            .with("name", project.name())
            .with("domain_id", project.domainId())
            .with("parent_id", project.domainId())
            .with("description", project.description())
            .with("enabled", project.enabled())
            .with("is_domain", false)
            .with("tags", project.tags())
            .with("options", View.of("immutable", false)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Page page = Page.of(request);
    return Lookup.domainFilters(database.sql(COLUMNS + Lookup.DOMAIN_FILTERS), request, page)
        .all(Project::of)
        .collectList()
        .map(rows -> page.cut(rows, Project::id))
        .flatMap(cut -> keystone.list(request, "projects", cut.map(this::view)));
  }

  private Mono<ServerResponse> mine(ApiRequest request) {
    return ofUser(request, request.caller().userId(), false);
  }

  private Mono<ServerResponse> ofUser(ApiRequest request) {
    String user = request.path("id");
    if (!request.caller().isAdmin() && !request.caller().userId().equals(user)) {
      throw ApiFault.forbidden("You may list your own projects only.");
    }
    return ofUser(request, user, true);
  }

  private Mono<ServerResponse> ofUser(ApiRequest request, String user, boolean disabled) {
    return database
        .sql(OF_USER)
        .bind("user", user)
        .bind("disabled", disabled)
        .all(Project::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "projects", views));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("id");
    if (!request.caller().sees(id)) {
      throw ApiFault.notFound("Project", id);
    }
    return find(database, id, "").flatMap(found -> Replies.ok(View.of("project", view(found))));
  }

  private static Mono<Project> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(COLUMNS + "WHERE id = :id " + lock).bind("id", id).one(Project::of),
        "Project",
        id);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    String ownDomain = request.caller().claims().userDomain().id();
    return request
        .json()
        .map(body -> body.object("project"))
        .map(body -> created(body, ownDomain))
        .flatMap(
            project ->
                bind(
                        database.sql(
                            """
                            INSERT INTO identity_project
                              (id, domain_id, name, description, enabled, tags)
                            VALUES (:id, :domain, :name, :description, :enabled, :tags)
                            """),
                        project)
                    .bind("domain", project.domainId())
                    .execute()
                    .transform(Lookup.conflicts("project", project.name()))
                    .then(Replies.created(View.of("project", view(project)))));
  }

  private static Project created(JsonBody body, String ownDomain) {
    if (body.flag("is_domain", false)) {
      throw ApiFault.badRequest(body.at("is_domain") + ": make a domain by POST /v3/domains");
    }
    String domain = body.optionalText("domain_id", 64).orElse(ownDomain);
    Optional<String> parent = body.optionalText("parent_id", 64);
    if (parent.isPresent() && !parent.get().equals(domain)) {
      throw ApiFault.badRequest(
          body.at("parent_id") + ": projects do not nest, only the domain is accepted");
    }
    return new Project(
        Ids.nextHex(),
        domain,
        body.text("name", 64),
        body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(""),
        body.flag("enabled", true),
        body.texts("tags", MAX_TAGS, 255));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    String id = request.path("id");
    return request
        .json()
        .map(body -> body.object("project"))
        .flatMap(body -> database.inTransaction(tx -> change(tx, id, body)))
        .flatMap(
            project -> revocations.reload().then(Replies.ok(View.of("project", view(project)))));
  }

  private Mono<Project> change(Transaction transaction, String id, JsonBody body) {
    return find(transaction, id, "FOR UPDATE")
        .flatMap(
            old -> {
              Project project =
                  new Project(
                      id,
                      old.domainId(),
                      body.has("name") ? body.text("name", 64) : old.name(),
                      body.optionalText("description", Lookup.MAX_DESCRIPTION)
                          .orElse(old.description()),
                      body.flag("enabled", old.enabled()),
                      body.has("tags") ? body.texts("tags", MAX_TAGS, 255) : old.tags());
              boolean disabled = old.enabled() && !project.enabled();
              return bind(
                      transaction.sql(
                          """
                          UPDATE identity_project SET name = :name, description = :description,
                                 enabled = :enabled, tags = :tags WHERE id = :id
                          """),
                      project)
                  .execute()
                  .transform(Lookup.conflicts("project", project.name()))
                  .then(disabled ? revocations.revokeProject(transaction, id) : Mono.empty())
                  .then(s3.projectChanged(transaction, id))
                  .thenReturn(project);
            });
  }

  private static Statement bind(Statement statement, Project project) {
    return statement
        .bind("id", project.id())
        .bind("name", project.name())
        .bind("description", project.description())
        .bind("enabled", project.enabled())
        .bind("tags", project.tags().toArray(String[]::new));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .inTransaction(
            tx ->
                find(tx, id, "FOR UPDATE")
                    .flatMap(
                        project ->
                            s3.removeAllOf(tx, id)
                                .then(revocations.revokeProject(tx, id))
                                .then(
                                    tx.sql("DELETE FROM identity_project WHERE id = :id")
                                        .bind("id", id)
                                        .execute())))
        .then(revocations.reload())
        .then(Replies.noContent());
  }
}
