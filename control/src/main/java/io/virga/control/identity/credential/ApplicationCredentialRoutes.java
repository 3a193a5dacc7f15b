package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/users/{id}/application_credentials}: a secret of its own for a program, with no more
 * roles than its maker has. The secret is shown once and kept as a hash.
 */
public final class ApplicationCredentialRoutes {

  private static final int SECRET_BYTES = 64;
  private static final String PATH = "/v3/users/{user}/application_credentials";

  private static final String COLUMNS =
      """
      SELECT id, user_id, project_id, name, description, roles, unrestricted, expires_at
        FROM identity_application_credential
      """;

  private static final String INSERT =
      """
      INSERT INTO identity_application_credential
        (id, user_id, project_id, name, description, secret_hash, roles, unrestricted, expires_at)
      VALUES (:id, :user, :project, :name, :description, :hash, :roles, :unrestricted, :expires)
      """;

  /** What is asked for, and all that it implies. */
  private static final String CLOSURE =
      """
      WITH RECURSIVE effective AS (
        SELECT id AS role_id FROM identity_role WHERE id = ANY (:refs) OR name = ANY (:refs)
        UNION
        SELECT i.implied_id FROM identity_implied_role i JOIN effective e ON i.prior_id = e.role_id)
      SELECT r.id, r.name FROM identity_role r JOIN effective e ON e.role_id = r.id ORDER BY r.name
      """;

  private final Database database;
  private final Passwords passwords;
  private final Revocations revocations;
  private final Keystone keystone;
  private final SecureRandom random;

  public ApplicationCredentialRoutes(
      Database database,
      Passwords passwords,
      Revocations revocations,
      Keystone keystone,
      SecureRandom random) {
    this.database = database;
    this.passwords = passwords;
    this.revocations = revocations;
    this.keystone = keystone;
    this.random = random;
  }

  private record Credential(
      String id,
      String userId,
      String projectId,
      String name,
      Optional<String> description,
      List<String> roles,
      boolean unrestricted,
      Optional<Instant> expiresAt) {

    static Credential of(Row row) {
      return new Credential(
          row.text("id"),
          row.text("user_id"),
          row.text("project_id"),
          row.text("name"),
          row.optionalText("description"),
          row.texts("roles"),
          row.flag("unrestricted"),
          row.optionalTime("expires_at"));
    }

    Credential withRoles(List<String> given) {
      return new Credential(
          id, userId, projectId, name, description, given, unrestricted, expiresAt);
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get(PATH, LOGGED_IN, this::list),
        Route.post(PATH, LOGGED_IN, this::create),
        Route.get(PATH + "/{id}", LOGGED_IN, this::show),
        Route.delete(PATH + "/{id}", LOGGED_IN, this::delete));
  }

  private static String user(ApiRequest request, boolean orAdmin) {
    String user = request.path("user");
    Caller caller = request.caller();
    if (!caller.userId().equals(user) && !(orAdmin && caller.isAdmin())) {
      throw ApiFault.forbidden("You may look after your own application credentials only.");
    }
    return user;
  }

  private View view(Credential credential, Map<String, String> roleIds) {
    return View.of("id", credential.id())
        .with("name", credential.name())
        .with("description", credential.description())
        .with("project_id", credential.projectId())
        .with("user_id", credential.userId())
        .with("unrestricted", credential.unrestricted())
        .with("system", Optional.empty())
        .with(
            "expires_at",
            credential
                .expiresAt()
                .map(at -> LocalDateTime.ofInstant(at, ZoneOffset.UTC).toString()))
        .with(
            "roles",
            credential.roles().stream()
                .map(name -> View.of("id", roleIds.getOrDefault(name, name)).with("name", name))
                .toList())
        .with(
            "links",
            View.of(
                "self",
                keystone.base()
                    + "/users/"
                    + credential.userId()
                    + "/application_credentials/"
                    + credential.id()));
  }

  private Mono<Map<String, String>> roleIds() {
    return database
        .sql("SELECT id, name FROM identity_role")
        .all(Role::of)
        .collect(Collectors.toMap(Role::name, Role::id));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return database
        .sql(COLUMNS + "WHERE user_id = :user AND (:name = '' OR name = :name) ORDER BY id")
        .bind("user", user(request, true))
        .bind("name", request.query("name").orElse(""))
        .all(Credential::of)
        .collectList()
        .zipWith(roleIds())
        .map(both -> both.getT1().stream().map(c -> view(c, both.getT2())).toList())
        .flatMap(views -> keystone.list(request, "application_credentials", views));
  }

  private Mono<Credential> find(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql(COLUMNS + "WHERE user_id = :user AND id = :id")
        .bind("user", user(request, true))
        .bind("id", id)
        .one(Credential::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("application credential", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request)
        .zipWith(roleIds())
        .flatMap(
            both ->
                Replies.ok(View.of("application_credential", view(both.getT1(), both.getT2()))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    if (request.caller().claims().applicationCredentialId().isPresent()) {
      throw ApiFault.forbidden("An application credential may not make another one.");
    }
    String user = user(request, false);
    String project = request.projectId();
    return request
        .json()
        .map(body -> body.object("application_credential"))
        .flatMap(
            body -> {
              Credential asked = asked(body, user, project);
              String secret = body.optionalText("secret", 255).orElseGet(this::newSecret);
              return roles(body, user, project)
                  .map(asked::withRoles)
                  .flatMap(credential -> store(credential, secret).thenReturn(credential))
                  .zipWith(roleIds())
                  .flatMap(
                      both ->
                          Replies.created(
                              View.of(
                                  "application_credential",
                                  view(both.getT1(), both.getT2()).with("secret", secret))));
            });
  }

  private static Credential asked(JsonBody body, String user, String project) {
    return new Credential(
        Ids.nextHex(),
        user,
        project,
        body.text("name", 255),
        body.optionalText("description", 4096),
        List.of(),
        body.flag("unrestricted", false),
        body.optionalText("expires_at", 64).map(text -> time(body.at("expires_at"), text)));
  }

  private static Instant time(String where, String text) {
    try {
      boolean zoned = text.endsWith("Z") || text.matches(".*[+-][0-9]{2}:?[0-9]{2}$");
      return zoned && text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw ApiFault.badRequest(where + ": '" + text + "' is not a time like 2027-01-31T12:00:00");
    }
  }

  private String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  private Mono<List<String>> roles(JsonBody body, String user, String project) {
    List<String> refs = new ArrayList<>();
    for (JsonBody role : body.objects("roles", 64)) {
      refs.add(role.has("id") ? role.text("id", 64) : role.text("name", 255));
    }
    Mono<List<String>> own =
        EffectiveRoles.onProject(database, user, project)
            .map(roles -> roles.stream().map(Role::name).toList());
    if (refs.isEmpty()) {
      return own;
    }
    return database
        .sql(CLOSURE)
        .bind("refs", refs.toArray(String[]::new))
        .all(Role::of)
        .collectList()
        .zipWith(own)
        .map(
            both -> {
              for (String ref : refs) {
                if (both.getT1().stream().noneMatch(r -> isOwn(r, ref, both.getT2()))) {
                  throw ApiFault.badRequest(
                      body.at("roles") + ": '" + ref + "' is not a role that you have here");
                }
              }
              return both.getT1().stream().map(Role::name).toList();
            });
  }

  private static boolean isOwn(Role role, String ref, List<String> own) {
    return (role.id().equals(ref) || role.name().equals(ref)) && own.contains(role.name());
  }

  private Mono<Void> store(Credential credential, String secret) {
    return passwords
        .hash(secret)
        .flatMap(
            hash ->
                database
                    .sql(INSERT)
                    .bind("id", credential.id())
                    .bind("user", credential.userId())
                    .bind("project", credential.projectId())
                    .bind("name", credential.name())
                    .bind("description", credential.description(), String.class)
                    .bind("hash", hash)
                    .bind("roles", credential.roles().toArray(String[]::new))
                    .bind("unrestricted", credential.unrestricted())
                    .bind("expires", credential.expiresAt(), Instant.class)
                    .execute())
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Duplicate entry found with name "
                        + credential.name()
                        + " for application credentials."))
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return find(request)
        .flatMap(
            credential ->
                database.inTransaction(
                    tx ->
                        tx.sql("DELETE FROM identity_application_credential WHERE id = :id")
                            .bind("id", credential.id())
                            .execute()
                            .then(revocations.revokeApplicationCredential(tx, credential.id()))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }
}
