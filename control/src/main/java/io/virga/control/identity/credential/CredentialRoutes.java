package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Delegated;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/credentials}: secrets of users, of any type; EC2 key pairs are shown among them. */
public final class CredentialRoutes {

  static final String MANAGING = "credentials";

  private static final String ALL = "/v3/credentials";
  private static final String ONE = ALL + "/{id}";

  private static final String INSERT =
      """
      INSERT INTO identity_credential (id, user_id, project_id, type, blob, extra)
      VALUES (:id, :user, :project, :type, :blob, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_credential
         SET user_id = :user, project_id = :project, type = :type, blob = :blob,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final Ec2KeyPairs pairs;
  private final Keystone keystone;

  public CredentialRoutes(Database database, Ec2KeyPairs pairs, Keystone keystone) {
    this.database = database;
    this.pairs = pairs;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.post(ALL, LOGGED_IN, this::create),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.patch(ONE, LOGGED_IN, this::change),
        Route.delete(ONE, LOGGED_IN, this::delete));
  }

  static void checkOwn(Caller caller, String user) {
    if (!caller.isAdmin() && !caller.userId().equals(user)) {
      throw ApiFault.forbidden("You may look after your own credentials only.");
    }
  }

  private View body(Credential credential) {
    return View.of("credential", view(credential));
  }

  private View view(Credential credential) {
    return keystone.linked("credentials", credential.id(), credential.view());
  }

  /** The caller's own, or anyone's for an admin. */
  private Mono<ServerResponse> list(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    Optional<String> asked = request.query("user_id");
    asked.ifPresent(user -> checkOwn(request.caller(), user));
    boolean everyones = request.caller().isAdmin();
    Page page = Page.of(request);
    return Filters.of(request)
        .text("type")
        .where("user_id = %s", everyones ? asked : Optional.of(request.caller().userId()))
        .query(database, Credential.ALL, page)
        .all(Credential::of)
        .collectList()
        .map(rows -> page.cut(rows, Credential::id))
        .flatMap(cut -> keystone.list(request, "credentials", cut.map(this::view)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return request
        .json()
        .map(body -> body.object("credential"))
        .flatMap(
            body -> {
              String type = body.optionalText("type", 255).orElse(Ec2KeyPair.TYPE);
              String user = body.optionalText("user_id", 64).orElse(request.caller().userId());
              checkOwn(request.caller(), user);
              return type.equals(Ec2KeyPair.TYPE)
                  ? pairs
                      .store(request.caller(), Ec2KeyPair.created(body, user))
                      .map(Credential::of)
                  : store(database.sql(INSERT), Credential.created(body, type, user));
            })
        .flatMap(credential -> Replies.created(body(credential)));
  }

  private static Mono<Credential> store(Statement statement, Credential credential) {
    return credential
        .bind(statement)
        .execute()
        .onErrorMap(DataIntegrityViolationException.class, e -> Credential.dangling())
        .thenReturn(credential);
  }

  private static boolean isOwn(ApiRequest request, String user) {
    return request.caller().isAdmin() || request.caller().userId().equals(user);
  }

  /** The caller's own, or anyone's for an admin; empty for a key pair. */
  private static Mono<Credential> find(Session session, ApiRequest request, String lock) {
    return session
        .sql(Credential.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", request.path("id"))
        .one(Credential::of)
        .filter(credential -> isOwn(request, credential.userId()));
  }

  private static Mono<Ec2KeyPair> findPair(Session session, ApiRequest request, String lock) {
    return Ec2KeyPairs.findById(session, request.path("id"), lock)
        .filter(pair -> isOwn(request, pair.userId()));
  }

  private static <T> Mono<T> missing(ApiRequest request) {
    return Mono.error(() -> Keystone.notFound("credential", request.path("id")));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return find(database, request, "")
        .switchIfEmpty(findPair(database, request, "").map(Credential::of))
        .switchIfEmpty(missing(request))
        .flatMap(credential -> Replies.ok(body(credential)));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return request
        .json()
        .map(body -> body.changes("credential"))
        .flatMap(body -> database.inTransaction(tx -> change(tx, request, body)))
        .flatMap(credential -> Replies.ok(body(credential)));
  }

  private Mono<Credential> change(Transaction tx, ApiRequest request, JsonBody body) {
    return find(tx, request, "FOR UPDATE")
        .map(credential -> credential.changed(body))
        .doOnNext(after -> checkOwn(request.caller(), after.userId()))
        .flatMap(after -> store(tx.sql(UPDATE), after))
        .switchIfEmpty(
            findPair(tx, request, "FOR UPDATE")
                .flatMap(pair -> changePair(tx, request.caller(), pair, pair.changed(body))))
        .switchIfEmpty(missing(request));
  }

  private Mono<Credential> changePair(
      Transaction tx, Caller caller, Ec2KeyPair before, Ec2KeyPair after) {
    checkOwn(caller, after.userId());
    return pairs.change(tx, caller, before, after).map(Credential::of);
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return find(database, request, "")
        .flatMap(
            credential ->
                database
                    .sql("DELETE FROM identity_credential WHERE id = :id")
                    .bind("id", credential.id())
                    .execute())
        .switchIfEmpty(
            findPair(database, request, "").flatMap(pair -> pairs.remove(pair).thenReturn(1L)))
        .switchIfEmpty(missing(request))
        .then(Replies.noContent());
  }
}
