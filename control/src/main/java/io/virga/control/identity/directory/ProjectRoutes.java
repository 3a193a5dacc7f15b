package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
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

  private static final Directory.Table TABLE =
      new Directory.Table(
          "project",
          COLUMNS,
          Lookup.DOMAIN_FILTERS,
          """
          INSERT INTO identity_project (id, domain_id, name, description, enabled, tags)
          VALUES (:id, :domain, :name, :description, :enabled, :tags)
          """,
          """
          UPDATE identity_project
             SET domain_id = :domain, name = :name, description = :description,
                 enabled = :enabled, tags = :tags
           WHERE id = :id
          """);

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Directory<Project> projects;

  public ProjectRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.projects = new Directory<>(database, revocations, keystone, TABLE, Project::of);
  }

  private record Project(
      String id,
      String domainId,
      String name,
      String description,
      boolean enabled,
      List<String> tags)
      implements Directory.Entry {

    static Project of(Row row) {
      return new Project(
          row.text("id"),
          row.text("domain_id"),
          row.text("name"),
          row.text("description"),
          row.flag("enabled"),
          row.texts("tags"));
    }

    static Project created(JsonBody body, String ownDomain) {
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

    Project changed(JsonBody body) {
      return new Project(
          id,
          domainId,
          body.has("name") ? body.text("name", 64) : name,
          body.optionalText("description", Lookup.MAX_DESCRIPTION).orElse(description),
          body.flag("enabled", enabled),
          body.has("tags") ? body.texts("tags", MAX_TAGS, 255) : tags);
    }

    @Override
    public View view() {
      return View.of("id", id)
          .with("name", name)
          .with("domain_id", domainId)
          .with("parent_id", domainId)
          .with("description", description)
          .with("enabled", enabled)
          .with("is_domain", false)
          .with("tags", tags)
          .with("options", View.of("immutable", false));
    }

    @Override
    public Statement bind(Statement statement) {
      return statement
          .bind("id", id)
          .bind("domain", domainId)
          .bind("name", name)
          .bind("description", description)
          .bind("enabled", enabled)
          .bind("tags", tags.toArray(String[]::new));
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

  private Mono<ServerResponse> list(ApiRequest request) {
    return projects.list(request, Lookup.ofDomain(request));
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
    return projects.list(
        request, database.sql(OF_USER).bind("user", user).bind("disabled", disabled));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("id");
    if (!request.caller().sees(id)) {
      throw ApiFault.notFound("Project", id);
    }
    return projects.show(id);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    String ownDomain = request.caller().claims().userDomain().id();
    return projects.create(request, body -> Project.created(body, ownDomain));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return projects.change(
        request,
        Project::changed,
        (transaction, before, after) -> {
          boolean disabled = before.enabled() && !after.enabled();
          return (disabled
                  ? revocations.revokeProject(transaction, after.id())
                  : Mono.<Void>empty())
              .then(s3.projectChanged(transaction, after.id()));
        });
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return projects.delete(
        request,
        (transaction, project, removed) ->
            s3.removeAllOf(transaction, project.id())
                .then(revocations.revokeProject(transaction, project.id()))
                .then(removed));
  }
}
