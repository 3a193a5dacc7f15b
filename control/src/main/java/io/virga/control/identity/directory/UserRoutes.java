package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.DOMAIN_ADMIN;
import static io.virga.control.policy.Rule.DOMAIN_READER;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.roles.OpeningRoles;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/users}. What shuts a user out also voids the user's tokens. */
public final class UserRoutes {

  private static final String INSERT =
      """
      INSERT INTO identity_user
        (id, domain_id, name, enabled, email, description, default_project_id, options, extra)
      VALUES (:id, :domain, :name, :enabled, :email, :description, :defaultProject,
              CAST(:options AS jsonb), CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_user
         SET domain_id = :domain, name = :name, enabled = :enabled, email = :email,
             description = :description, default_project_id = :defaultProject,
             options = CAST(:options AS jsonb), extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final UserPasswords passwords;
  private final Revocations revocations;
  private final S3Credentials s3;
  private final Keystone keystone;

  public UserRoutes(
      Database database,
      UserPasswords passwords,
      Revocations revocations,
      S3Credentials s3,
      Keystone keystone) {
    this.database = database;
    this.passwords = passwords;
    this.revocations = revocations;
    this.s3 = s3;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/users", DOMAIN_READER, this::list),
        Route.post("/v3/users", DOMAIN_ADMIN, this::create),
        Route.get("/v3/users/{id}", LOGGED_IN, this::show),
        Route.patch("/v3/users/{id}", DOMAIN_ADMIN, this::change),
        Route.delete("/v3/users/{id}", DOMAIN_ADMIN, this::delete));
  }

  private View view(User user) {
    return keystone.linked("users", user.id(), user.view());
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Page page = Page.of(request);
    return ExpiryFilter.add(request, Filters.of(request))
        .text("name")
        .text("domain_id")
        .flag("enabled")
        .where("domain_id = %s", Reach.of(request.caller()).onlyDomain())
        .query(database, User.COLUMNS, page)
        .all(User::of)
        .collectList()
        .map(rows -> page.cut(rows, User::id))
        .flatMap(cut -> keystone.list(request, "users", cut.map(this::view)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("id");
    return Lookup.found(
            User.find(database, id, "").filter(user -> user.isSeenBy(request.caller())), "user", id)
        .flatMap(user -> Replies.ok(View.of("user", view(user))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    String home = Reach.home(request.caller());
    return request
        .json()
        .map(body -> body.object("user"))
        .flatMap(
            body -> {
              User user = User.created(body, home);
              Reach.of(request.caller()).check(user.domainId());
              return hash(body)
                  .flatMap(hash -> database.inTransaction(tx -> create(tx, user, hash)));
            })
        .flatMap(user -> Replies.created(View.of("user", view(user))));
  }

  private Mono<User> create(Transaction transaction, User user, Optional<String> hash) {
    return user.bind(transaction.sql(INSERT))
        .execute()
        .transform(user.conflicts())
        .then(setPassword(transaction, user, hash));
  }

  private Mono<User> setPassword(Transaction transaction, User user, Optional<String> hash) {
    Optional<Instant> expiry = passwords.expiry(true, user.options());
    return hash.map(
            text ->
                passwords
                    .set(transaction, user.id(), text, expiry)
                    .thenReturn(user.withPasswordUntil(expiry)))
        .orElse(Mono.just(user));
  }

  private Mono<Optional<String>> hash(JsonBody body) {
    Optional<String> password = body.optionalText("password", Passwords.MAX_LENGTH);
    if (password.filter(String::isEmpty).isPresent()) {
      throw ApiFault.badRequest(body.at("password") + ": may not be empty");
    }
    return password
        .map(text -> passwords.hash(text).map(Optional::of))
        .orElse(Mono.just(Optional.empty()));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    return request
        .json()
        .map(body -> body.changes("user"))
        .flatMap(
            body ->
                checkUnused(request, body)
                    .then(hash(body))
                    .flatMap(hash -> database.inTransaction(tx -> change(tx, request, body, hash))))
        .flatMap(user -> revocations.reload().then(Replies.ok(View.of("user", view(user)))));
  }

  /** Nobody learns of the passwords of users beyond its reach. */
  private Mono<Void> checkUnused(ApiRequest request, JsonBody body) {
    return reached(database, request, "")
        .then(
            body.optionalText("password", Passwords.MAX_LENGTH)
                .map(text -> passwords.checkUnused(database, request.path("id"), text))
                .orElse(Mono.empty()));
  }

  private Mono<User> change(
      Transaction transaction, ApiRequest request, JsonBody body, Optional<String> hash) {
    String id = request.path("id");
    return lock(transaction, request)
        .flatMap(
            old -> {
              User user = old.changed(body);
              boolean shutOut = old.enabled() && !user.enabled() || hash.isPresent();
              return user.bind(transaction.sql(UPDATE))
                  .execute()
                  .transform(user.conflicts())
                  .then(shutOut ? revocations.revokeUser(transaction, id) : Mono.empty())
                  .then(s3.userChanged(transaction, id))
                  .then(setPassword(transaction, user, hash));
            });
  }

  /** The user of the path, within the caller's reach, kept from other changes. */
  private static Mono<User> lock(Transaction transaction, ApiRequest request) {
    return reached(transaction, request, "FOR UPDATE");
  }

  /** Who becomes the user must not have more open than before. */
  private static Mono<User> reached(Session session, ApiRequest request, String lock) {
    Reach reach = Reach.of(request.caller());
    return User.find(session, request.path("id"), lock)
        .doOnNext(user -> reach.check(user.domainId()))
        .delayUntil(user -> OpeningRoles.checkUser(session, request.caller(), user.id()));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String id = request.path("id");
    return database
        .inTransaction(
            tx ->
                lock(tx, request)
                    .flatMap(
                        user ->
                            s3.removeAllOf(tx, id)
                                .then(revocations.revokeUser(tx, id))
                                .then(
                                    tx.sql("DELETE FROM identity_user WHERE id = :id")
                                        .bind("id", id)
                                        .execute())))
        .then(revocations.reload())
        .then(Replies.noContent());
  }
}
