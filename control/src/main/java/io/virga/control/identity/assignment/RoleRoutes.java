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
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/roles} and which role implies which. Who has less by a change has to log in again. */
public final class RoleRoutes {

  /** The roles that every service's rules are made of: neither renamed nor deleted. */
  private static final List<String> BUILT_IN = List.of(Caller.ADMIN, "member", "reader");

  private static final String COLUMNS = "SELECT id, name, description FROM identity_role ";

  private static final String IMPLIED =
      COLUMNS
          + """
          WHERE id IN (SELECT implied_id FROM identity_implied_role WHERE prior_id = :id)
          ORDER BY name
          """;

  private static final String ALL_IMPLIED =
      """
      SELECT p.id AS prior_id, p.name AS prior_name, i.id, i.name
        FROM identity_implied_role x
        JOIN identity_role p ON p.id = x.prior_id JOIN identity_role i ON i.id = x.implied_id
       ORDER BY p.name, i.name
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

  private record Described(Role role, String description) {}

  private record Inference(Role prior, Role implied) {}

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/roles", LOGGED_IN, this::list),
        Route.post("/v3/roles", ADMIN, this::create),
        Route.get("/v3/roles/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/roles/{id}", ADMIN, this::change),
        Route.delete("/v3/roles/{id}", ADMIN, this::delete),
        Route.get("/v3/roles/{id}/implies", ADMIN, this::implied),
        Route.put("/v3/roles/{id}/implies/{implied}", ADMIN, this::imply),
        Route.delete("/v3/roles/{id}/implies/{implied}", ADMIN, this::stopImplying),
        Route.get("/v3/role_inferences", ADMIN, this::inferences));
  }

  private View view(Described described) {
    Role role = described.role();
    return keystone.linked(
        "roles",
        role.id(),
        View.of("id", role.id())
            .with("name", role.name())
            .with("domain_id", Optional.empty())
            .with("description", described.description())
            .with("options", View.of("immutable", BUILT_IN.contains(role.name()))));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return database
        .sql(COLUMNS + "WHERE (:name = '' OR name = :name) ORDER BY id")
        .bind("name", request.query("name").orElse(""))
        .all(row -> new Described(Role.of(row), row.text("description")))
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "roles", views));
  }

  private static Mono<Described> find(Session session, String id) {
    return session
        .sql(COLUMNS + "WHERE id = :id")
        .bind("id", id)
        .one(row -> new Described(Role.of(row), row.text("description")))
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
                new Described(
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
                refuseBuiltIn(old);
              }
              return new Described(
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

  private Mono<Void> write(String sql, Described role) {
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
                    .doOnNext(described -> refuseBuiltIn(described.role()))
                    .then(revocations.revokeBearers(tx, id))
                    .then(
                        tx.sql("DELETE FROM identity_role WHERE id = :id").bind("id", id).execute())
                    .then(s3.rolesChanged(tx)))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private static void refuseBuiltIn(Role role) {
    if (BUILT_IN.contains(role.name())) {
      throw ApiFault.forbidden("The role " + role.name() + " is part of every service's rules.");
    }
  }

  private Mono<ServerResponse> implied(ApiRequest request) {
    return find(database, request.path("id"))
        .flatMap(
            prior ->
                database
                    .sql(IMPLIED)
                    .bind("id", prior.role().id())
                    .all(Role::of)
                    .map(RoleRoutes::brief)
                    .collectList()
                    .flatMap(
                        implied ->
                            Replies.ok(View.of("role_inference", inference(prior, implied)))));
  }

  private static View inference(Described prior, List<View> implied) {
    return View.of("prior_role", brief(prior.role())).with("implies", implied);
  }

  private static View brief(Role role) {
    return View.of("id", role.id()).with("name", role.name());
  }

  private Mono<ServerResponse> imply(ApiRequest request) {
    return database
        .inTransaction(
            tx ->
                tx.sql(
                        "INSERT INTO identity_implied_role (prior_id, implied_id)"
                            + " VALUES (:id, :implied) ON CONFLICT DO NOTHING")
                    .bind("id", request.path("id"))
                    .bind("implied", request.path("implied"))
                    .execute()
                    .then(s3.rolesChanged(tx)))
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> Keystone.notFound("role", request.path("id") + " or " + request.path("implied")))
        .then(find(database, request.path("id")))
        .zipWith(find(database, request.path("implied")))
        .flatMap(
            both ->
                Replies.created(
                    View.of(
                        "role_inference",
                        View.of("prior_role", brief(both.getT1().role()))
                            .with("implies", brief(both.getT2().role())))));
  }

  private Mono<ServerResponse> stopImplying(ApiRequest request) {
    return find(database, request.path("id"))
        .doOnNext(prior -> refuseBuiltIn(prior.role()))
        .then(
            database.inTransaction(
                tx ->
                    tx.sql(
                            "DELETE FROM identity_implied_role"
                                + " WHERE prior_id = :id AND implied_id = :implied")
                        .bind("id", request.path("id"))
                        .bind("implied", request.path("implied"))
                        .execute()
                        .then(revocations.revokeBearers(tx, request.path("id")))
                        .then(s3.rolesChanged(tx))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> inferences(ApiRequest request) {
    return database
        .sql(ALL_IMPLIED)
        .all(
            row ->
                new Inference(new Role(row.text("prior_id"), row.text("prior_name")), Role.of(row)))
        .collectMultimap(Inference::prior, Inference::implied)
        .flatMap(
            byPrior ->
                Replies.ok(
                    View.of(
                        "role_inferences",
                        byPrior.entrySet().stream()
                            .map(
                                entry ->
                                    View.of("prior_role", brief(entry.getKey()))
                                        .with(
                                            "implies",
                                            entry.getValue().stream()
                                                .map(RoleRoutes::brief)
                                                .toList()))
                            .toList())));
  }
}
