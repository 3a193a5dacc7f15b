package io.virga.control.identity.assignment;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Extra;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Set;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/roles}. Who has less by a change has to log in again. */
public final class RoleRoutes {

  private static final Set<String> OWN = Set.of("name", "domain_id", "description", "options");
  private static final int MAX_NAME = 255;
  private static final int MAX_DESCRIPTION = 4096;

  private static final String COLUMNS = DescribedRole.COLUMNS;

  private static final String INSERT =
      """
      INSERT INTO identity_role (id, name, domain_id, description, extra)
      VALUES (:id, :name, :domain, :description, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_role
         SET name = :name, domain_id = :domain, description = :description,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

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

  /** Everyone's roles, or those of the domain that is asked for. */
  private Mono<ServerResponse> list(ApiRequest request) {
    request.query("domain_id").ifPresent(domain -> checkReads(request.caller(), domain));
    return Filters.of(request)
        .text("name")
        .where(
            "domain_id IS NOT DISTINCT FROM nullif(%s, '')", request.query("domain_id").orElse(""))
        .query(database, COLUMNS)
        .all(DescribedRole::of)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "roles", views));
  }

  /** The roles of a domain are seen by those who read what is in it. */
  private static void checkReads(Caller caller, String domain) {
    if (!Reach.reads(caller, domain)) {
      throw ApiFault.forbidden(
          "You are not authorized to perform the requested action: it is not of your domain.");
    }
  }

  static Mono<DescribedRole> find(Session session, String id) {
    return find(session, id, "");
  }

  private static Mono<DescribedRole> find(Session session, String id, String lock) {
    return session
        .sql(COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(DescribedRole::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("role", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(database, request.path("id"))
        .filter(
            role ->
                role.domainId().map(domain -> Reach.reads(request.caller(), domain)).orElse(true))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("role", request.path("id"))))
        .flatMap(role -> Replies.ok(View.of("role", view(role))));
  }

  private static DescribedRole created(JsonBody body) {
    return new DescribedRole(
        new Role(Ids.nextHex(), body.name("name", MAX_NAME)),
        body.optionalText("domain_id", 64),
        body.optionalText("description", MAX_DESCRIPTION).orElse(""),
        Extra.of(body, OWN));
  }

  private static DescribedRole changed(DescribedRole old, JsonBody body) {
    String name = body.has("name") ? body.name("name", MAX_NAME) : old.role().name();
    if (!name.equals(old.role().name())) {
      refuseBuiltIn(old);
    }
    if (body.has("domain_id") && !body.optionalText("domain_id", 64).equals(old.domainId())) {
      throw ApiFault.badRequest("Update of `domain_id` is not allowed.");
    }
    return new DescribedRole(
        new Role(old.role().id(), name),
        old.domainId(),
        body.optionalText("description", MAX_DESCRIPTION).orElse(old.description()),
        old.extra().changed(body, OWN));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> created(body.object("role")))
        .flatMap(
            role ->
                write(database.sql(INSERT), role)
                    .then(Replies.created(View.of("role", view(role)))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("role"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        find(tx, request.path("id"), "FOR UPDATE")
                            .map(old -> changed(old, body))
                            .flatMap(
                                role ->
                                    write(tx.sql(UPDATE), role)
                                        .then(s3.rolesChanged(tx))
                                        .thenReturn(role))))
        .flatMap(role -> Replies.ok(View.of("role", view(role))));
  }

  private static Mono<Void> write(Statement statement, DescribedRole role) {
    String name = role.role().name();
    return role.extra()
        .bind(statement)
        .bind("id", role.role().id())
        .bind("name", name)
        .bind("domain", role.domainId(), String.class)
        .bind("description", role.description())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Conflict occurred attempting to store role - Duplicate entry found with name "
                        + name
                        + role.domainId().map(id -> " at domain ID " + id).orElse("")
                        + "."))
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> Keystone.notFound("domain", role.domainId().orElse("")))
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
