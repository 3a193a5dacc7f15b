package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Delegated;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import java.util.stream.Stream;
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
      INSERT INTO identity_credential (id, user_id, project_id, type, blob)
      VALUES (:id, :user, :project, :type, :blob)
      """;

  private static final String UPDATE =
      """
      UPDATE identity_credential
         SET user_id = :user, project_id = :project, type = :type, blob = :blob
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

  private View linked(View view) {
    return keystone.linked("credentials", String.valueOf(view.members().get("id")), view);
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    String user = request.query("user_id").orElse(request.caller().userId());
    checkOwn(request.caller(), user);
    boolean ec2 = request.query("type").map(Ec2KeyPair.TYPE::equals).orElse(true);
    Mono<List<View>> others =
        Filters.of(request)
            .text("type")
            .where("user_id = %s", user)
            .query(database, Credential.COLUMNS)
            .all(credential -> linked(Credential.of(credential).view()))
            .collectList();
    return (ec2 ? pairs.ofUser(user) : Mono.just(List.<Ec2KeyPair>of()))
        .map(found -> found.stream().map(pair -> linked(pair.credentialView())).toList())
        .zipWith(others, (some, more) -> Stream.concat(some.stream(), more.stream()).toList())
        .flatMap(views -> keystone.list(request, "credentials", views));
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
                  ? pairs.store(keyPair(body, user)).map(Ec2KeyPair::credentialView)
                  : store(database.sql(INSERT), Credential.created(body, type, user));
            })
        .flatMap(view -> Replies.created(View.of("credential", linked(view))));
  }

  private static Ec2KeyPair keyPair(JsonBody body, String user) {
    JsonBody blob = JsonBody.parse(body.text("blob", 4096), body.at("blob"));
    return new Ec2KeyPair(
        blob.text("access", 128), blob.text("secret", 128), user, body.text("project_id", 64));
  }

  private static Mono<View> store(Statement statement, Credential credential) {
    return credential
        .bind(statement)
        .execute()
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> ApiFault.badRequest("credential: there is no such user or project"))
        .map(written -> credential.view());
  }

  /** The caller's own, or anyone's for an admin. */
  private static Mono<Credential> find(Session session, ApiRequest request, String lock) {
    return session
        .sql(Credential.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", request.path("id"))
        .one(Credential::of)
        .filter(credential -> isOwn(request, credential.userId()));
  }

  private Mono<Ec2KeyPair> findPair(ApiRequest request) {
    return pairs
        .findByCredentialId(request.path("id"))
        .filter(pair -> isOwn(request, pair.userId()));
  }

  private static boolean isOwn(ApiRequest request, String user) {
    return request.caller().isAdmin() || request.caller().userId().equals(user);
  }

  private static <T> Mono<T> missing(ApiRequest request) {
    return Mono.error(() -> Keystone.notFound("credential", request.path("id")));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return find(database, request, "")
        .map(Credential::view)
        .switchIfEmpty(findPair(request).map(Ec2KeyPair::credentialView))
        .switchIfEmpty(missing(request))
        .flatMap(view -> Replies.ok(View.of("credential", linked(view))));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return request
        .json()
        .map(body -> body.object("credential"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        find(tx, request, "FOR UPDATE")
                            .switchIfEmpty(missing(request))
                            .map(credential -> credential.changed(body))
                            .doOnNext(after -> checkOwn(request.caller(), after.userId()))
                            .flatMap(after -> store(tx.sql(UPDATE), after))))
        .flatMap(view -> Replies.ok(View.of("credential", linked(view))));
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
        .switchIfEmpty(findPair(request).flatMap(pair -> pairs.remove(pair).thenReturn(1L)))
        .switchIfEmpty(missing(request))
        .then(Replies.noContent());
  }
}
