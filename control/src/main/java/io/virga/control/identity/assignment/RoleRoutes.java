package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/roles}. Who has less by a change has to log in again. */
public final class RoleRoutes {

  private static final String COLUMNS = DescribedRole.COLUMNS;

  private final Database database;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public RoleRoutes(
      Database database, Revocations revocations, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/roles", LOGGED_IN, this::list),
        Route.post("/v3/roles", ADMIN, this::create),
        Route.get("/v3/roles/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/roles/{id}", ADMIN, this::change),
        Route.delete("/v3/roles/{id}", ADMIN, this::delete));
  }

  private View view(DescribedRole described) {
    return keystone.linked("roles", described.role().id(), described.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Filters filters = Filters.of(request).text("name");
    // Roles are everyone's: no domain has some of its own.
    request.query("domain_id").ifPresent(domain -> filters.where("%s = ''", domain));
    return filters
        .query(database, COLUMNS)
        .all(DescribedRole::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "roles", views));
  }

  static Mono<DescribedRole> find(Session session, String id) {
    return session
        .sql(COLUMNS + "WHERE id = :id")
        .bind("id", id)
        .one(DescribedRole::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("role", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"))
        .flatMap(role -> Replies.ok(View.of("role", view(role))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("role"))
        .map(
            body ->
                new DescribedRole(
                    new Role(Ids.nextHex(), body.text("name", 255)),
                    body.optionalText("description", 4096).orElse("")))
        .flatMap(
            role ->
                write(
                        "INSERT INTO identity_role (id, name, description)"
                            + " VALUES (:id, :name, :description)",
                        role)
                    .then(Replies.created(View.of("role", view(role)))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("role"))
        .zipWith(find(database, request.path("id")))
        .map(
            both -> {
              Role old = both.getT2().role();
              String name = both.getT1().has("name") ? both.getT1().text("name", 255) : old.name();
              if (!name.equals(old.name())) {
                refuseBuiltIn(both.getT2());
              }
              return new DescribedRole(
                  new Role(old.id(), name),
                  both.getT1()
                      .optionalText("description", 4096)
                      .orElse(both.getT2().description()));
            })
        .flatMap(
            role ->
                write(
                        "UPDATE identity_role SET name = :name, description = :description"
                            + " WHERE id = :id",
                        role)
                    .then(database.inTransaction(s3::rolesChanged))
                    .then(Replies.ok(View.of("role", view(role)))));
  }

  private Mono<Void> write(String sql, DescribedRole role) {
    String name = role.role().name();
    return database
        .sql(sql)
        .bind("id", role.role().id())
        .bind("name", name)
        .bind("description", role.description())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Conflict occurred attempting to store role - Duplicate entry found with name "
                        + name
                        + "."))
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .inTransaction(
            tx ->
                find(tx, id)
                    .doOnNext(RoleRoutes::refuseBuiltIn)
                    .then(revocations.revokeBearers(tx, id))
                    .then(
                        tx.sql("DELETE FROM identity_role WHERE id = :id").bind("id", id).execute())
                    .then(s3.rolesChanged(tx)))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  static void refuseBuiltIn(DescribedRole described) {
    if (described.isBuiltIn()) {
      throw ApiFault.forbidden(
          "The role " + described.role().name() + " is part of every service's rules.");
    }
  }
}
