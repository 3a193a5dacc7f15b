package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.reach.Delegated;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.DescribedRole;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/users/{id}/application_credentials}: a secret of its own for a program, with no more
 * roles than its maker has. The secret is shown once and kept as a hash.
 */
public final class ApplicationCredentialRoutes {

  private static final int SECRET_BYTES = 64;
  private static final String MANAGING = "additional application credentials";
  private static final String PATH = "/v3/users/{user}/application_credentials";

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
        SELECT id AS role_id FROM identity_role
         WHERE id = ANY (:refs) OR name = ANY (:refs) AND domain_id IS NULL
        UNION
        SELECT i.implied_id FROM identity_implied_role i JOIN effective e ON i.prior_id = e.role_id)
      SELECT r.id, r.name FROM identity_role r JOIN effective e ON e.role_id = r.id
       WHERE r.domain_id IS NULL ORDER BY r.name
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

  public List<Route> routes() {
    return List.of(
        Route.get(PATH, LOGGED_IN, this::list),
        Route.post(PATH, LOGGED_IN, this::create),
        Route.get(PATH + "/{id}", LOGGED_IN, this::show),
        Route.delete(PATH + "/{id}", LOGGED_IN, this::delete));
  }

  private static String user(ApiRequest request, Rule orElse) {
    String user = request.path("user");
    Caller caller = request.caller();
    if (!caller.userId().equals(user) && !orElse.opensTo(caller)) {
      throw ApiFault.forbidden("You may look after your own application credentials only.");
    }
    return user;
  }

  private Mono<View> view(ApplicationCredential credential) {
    return Mono.zip(roles(credential), AccessRules.ofCredential(database, credential.id()))
        .map(
            both ->
                keystone.linked(
                    "users/" + credential.userId() + "/application_credentials",
                    credential.id(),
                    credential.view(both.getT1(), both.getT2())));
  }

  private Mono<Map<String, View>> roles(ApplicationCredential credential) {
    return database
        .sql(DescribedRole.COLUMNS + "WHERE r.name = ANY (:names) AND r.domain_id IS NULL")
        .bind("names", credential.roles().toArray(String[]::new))
        .all(DescribedRole::of)
        .collectMap(described -> described.role().name(), DescribedRole::view);
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Filters.of(request)
        .text("name")
        .where("user_id = %s", user(request, Rule.SYSTEM_READER))
        .query(database, ApplicationCredential.COLUMNS)
        .all(ApplicationCredential::of)
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, "application_credentials", views));
  }

  private Mono<ApplicationCredential> find(ApiRequest request, Rule orElse) {
    String id = request.path("id");
    return database
        .sql(ApplicationCredential.COLUMNS + "WHERE user_id = :user AND id = :id")
        .bind("user", user(request, orElse))
        .bind("id", id)
        .one(ApplicationCredential::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("Application Credential", id)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request, Rule.SYSTEM_READER)
        .flatMap(this::view)
        .flatMap(view -> Replies.ok(View.of("application_credential", view)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Caller caller = request.caller();
    Delegated.refuse(caller, MANAGING);
    String user = request.path("user");
    if (!caller.userId().equals(user)) {
      throw ApiFault.forbidden("You may make application credentials for yourself only.");
    }
    return request
        .json()
        .map(body -> body.object("application_credential"))
        .flatMap(
            body -> {
              ApplicationCredential asked =
                  ApplicationCredential.asked(body, user, caller.projectId());
              List<AccessRules.Asked> rules = AccessRules.of(body);
              String secret = body.optionalText("secret", 255).orElseGet(this::newSecret);
              return roles(body, caller)
                  .map(asked::withRoles)
                  .flatMap(credential -> store(credential, rules, secret).thenReturn(credential))
                  .flatMap(this::view)
                  .flatMap(
                      view ->
                          Replies.created(
                              View.of("application_credential", view.with("secret", secret))));
            });
  }

  private String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /**
   * Those that are asked for, of what the caller has in the project; without any, those of its
   * token. What came of another application credential is never more than its token has.
   */
  private Mono<List<String>> roles(JsonBody body, Caller caller) {
    List<String> refs = new ArrayList<>();
    for (JsonBody role : body.objects("roles", 64)) {
      refs.add(role.has("id") ? role.text("id", 64) : role.text("name", 255));
    }
    boolean onlyOfToken = refs.isEmpty() || caller.claims().delegation().isPresent();
    Mono<List<String>> own =
        EffectiveRoles.onProject(database, caller.userId(), caller.projectId())
            .map(
                roles ->
                    roles.stream()
                        .map(Role::name)
                        .filter(name -> !onlyOfToken || caller.claims().hasRole(name))
                        .toList());
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
                      ("Invalid application credential: Could not find role assignment with role:"
                              + " %s, user or group: %s, project, domain, or system: %s.")
                          .formatted(ref, caller.userId(), caller.projectId()));
                }
              }
              return both.getT1().stream().map(Role::name).toList();
            });
  }

  private static boolean isOwn(Role role, String ref, List<String> own) {
    return (role.id().equals(ref) || role.name().equals(ref)) && own.contains(role.name());
  }

  private Mono<Void> store(
      ApplicationCredential credential, List<AccessRules.Asked> rules, String secret) {
    return passwords
        .hash(secret)
        .flatMap(
            hash ->
                database.inTransaction(
                    tx ->
                        credential
                            .bind(tx.sql(INSERT))
                            .bind("hash", hash)
                            .execute()
                            .then(
                                AccessRules.attach(
                                    tx, credential.userId(), credential.id(), rules))))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Conflict occurred attempting to store application_credential - Duplicate entry"
                        + " found with name "
                        + credential.name()
                        + "."))
        .then();
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return find(request, Rule.ADMIN)
        .flatMap(
            credential ->
                database.inTransaction(
                    tx ->
                        tx.sql("DELETE FROM identity_application_credential WHERE id = :id")
                            .bind("id", credential.id())
                            .execute()
                            .then(revocations.revokeDelegation(tx, credential.id()))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }
}
