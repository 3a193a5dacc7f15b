package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import io.virga.dataplane.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** EC2 key pairs, by {@code /v3/users/{id}/credentials/OS-EC2} and by {@code /v3/credentials}. */
public final class Ec2Routes {

  private static final String MANAGING = "credentials";

  private static final String COLUMNS =
      "SELECT access, secret, user_id, project_id FROM identity_ec2_credential ";

  private static final String INSERT =
      """
      INSERT INTO identity_ec2_credential (access, secret, user_id, project_id)
      VALUES (:access, :secret, :user, :project)
      """;

  private final Database database;
  private final S3Credentials s3;
  private final Keystone keystone;

  public Ec2Routes(Database database, S3Credentials s3, Keystone keystone) {
    this.database = database;
    this.s3 = s3;
    this.keystone = keystone;
  }

  private record KeyPair(String access, String secret, String userId, String projectId) {

    static KeyPair of(Row row) {
      return new KeyPair(
          row.text("access"), row.text("secret"), row.text("user_id"), row.text("project_id"));
    }

    /** As keystone makes it. */
    String credentialId() {
      try {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(sha256.digest(access.getBytes(StandardCharsets.UTF_8)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("SHA-256 is part of every JDK", e);
      }
    }

    @Override
    public String toString() {
      return "KeyPair[" + access + "]";
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/users/{id}/credentials/OS-EC2", LOGGED_IN, this::list),
        Route.post("/v3/users/{id}/credentials/OS-EC2", LOGGED_IN, this::create),
        Route.get("/v3/users/{id}/credentials/OS-EC2/{access}", LOGGED_IN, this::show),
        Route.delete("/v3/users/{id}/credentials/OS-EC2/{access}", LOGGED_IN, this::delete),
        Route.get("/v3/credentials", LOGGED_IN, this::listCredentials),
        Route.post("/v3/credentials", LOGGED_IN, this::createCredential),
        Route.get("/v3/credentials/{id}", LOGGED_IN, this::showCredential),
        Route.delete("/v3/credentials/{id}", LOGGED_IN, this::deleteCredential));
  }

  private View view(KeyPair pair) {
    return View.of("access", pair.access())
        .with("secret", pair.secret())
        .with("user_id", pair.userId())
        .with("tenant_id", pair.projectId())
        .with("trust_id", Optional.empty())
        .with(
            "links",
            View.of(
                "self",
                keystone.base()
                    + "/users/"
                    + pair.userId()
                    + "/credentials/OS-EC2/"
                    + pair.access()));
  }

  private View credentialView(KeyPair pair) {
    String blob = Json.text(Map.of("access", pair.access(), "secret", pair.secret()));
    return keystone.linked(
        "credentials",
        pair.credentialId(),
        View.of("id", pair.credentialId())
            .with("type", "ec2")
            .with("user_id", pair.userId())
            .with("project_id", pair.projectId())
            .with("blob", blob));
  }

  /** The user of the path; only a user itself and an admin get in. */
  private static String user(ApiRequest request) {
    String user = request.path("id");
    checkOwn(request.caller(), user);
    return user;
  }

  private static void checkOwn(Caller caller, String user) {
    if (!caller.isAdmin() && !caller.userId().equals(user)) {
      throw ApiFault.forbidden("You may look after your own credentials only.");
    }
  }

  private Mono<List<KeyPair>> ofUser(String user) {
    return database
        .sql(COLUMNS + "WHERE user_id = :user ORDER BY access")
        .bind("user", user)
        .all(KeyPair::of)
        .collectList();
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return ofUser(user(request))
        .map(pairs -> pairs.stream().map(this::view).toList())
        .flatMap(views -> keystone.list(request, "credentials", views));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    String user = user(request);
    return request
        .json()
        .map(body -> body.text("tenant_id", 64))
        .map(project -> new KeyPair(Ids.nextHex(), Ids.nextHex(), user, project))
        .flatMap(this::store)
        .flatMap(pair -> Replies.created(View.of("credential", view(pair))));
  }

  private Mono<KeyPair> store(KeyPair pair) {
    return database.inTransaction(
        tx ->
            EffectiveRoles.onProject(tx, pair.userId(), pair.projectId())
                .filter(roles -> !roles.isEmpty())
                .switchIfEmpty(
                    Mono.error(
                        () ->
                            ApiFault.forbidden(
                                "User %s has no role on project %s."
                                    .formatted(pair.userId(), pair.projectId()))))
                .then(insert(tx, pair))
                .then(s3.userChanged(tx, pair.userId()))
                .thenReturn(pair));
  }

  private static Mono<Void> insert(Transaction transaction, KeyPair pair) {
    return transaction
        .sql(INSERT)
        .bind("access", pair.access())
        .bind("secret", pair.secret())
        .bind("user", pair.userId())
        .bind("project", pair.projectId())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("The access key " + pair.access() + " is taken."))
        .then();
  }

  private Mono<KeyPair> find(String user, String access) {
    return database
        .sql(COLUMNS + "WHERE user_id = :user AND access = :access")
        .bind("user", user)
        .bind("access", access)
        .one(KeyPair::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("credential", access)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(user(request), request.path("access"))
        .flatMap(pair -> Replies.ok(View.of("credential", view(pair))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return find(user(request), request.path("access"))
        .flatMap(this::remove)
        .then(Replies.noContent());
  }

  private Mono<Void> remove(KeyPair pair) {
    return database.inTransaction(
        tx ->
            tx.sql("DELETE FROM identity_ec2_credential WHERE access = :access")
                .bind("access", pair.access())
                .execute()
                .then(s3.remove(tx, pair.access())));
  }

  private Mono<ServerResponse> listCredentials(ApiRequest request) {
    String user = request.query("user_id").orElse(request.caller().userId());
    checkOwn(request.caller(), user);
    boolean ec2 = request.query("type").map("ec2"::equals).orElse(true);
    return (ec2 ? ofUser(user) : Mono.just(List.<KeyPair>of()))
        .map(pairs -> pairs.stream().map(this::credentialView).toList())
        .flatMap(views -> keystone.list(request, "credentials", views));
  }

  private Mono<ServerResponse> createCredential(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return request
        .json()
        .map(body -> body.object("credential"))
        .map(
            body -> {
              body.optionalChoice("type", List.of("ec2"));
              String user = body.optionalText("user_id", 64).orElse(request.caller().userId());
              checkOwn(request.caller(), user);
              JsonBody blob = JsonBody.parse(body.text("blob", 4096), body.at("blob"));
              return new KeyPair(
                  blob.text("access", 128),
                  blob.text("secret", 128),
                  user,
                  body.text("project_id", 64));
            })
        .flatMap(this::store)
        .flatMap(pair -> Replies.created(View.of("credential", credentialView(pair))));
  }

  /** The id is a digest of the access key, so it is looked for among the caller's own, or all. */
  private Mono<KeyPair> findCredential(ApiRequest request) {
    String id = request.path("id");
    return database
        .sql(COLUMNS + "WHERE encode(sha256(convert_to(access, 'UTF8')), 'hex') = :id")
        .bind("id", id)
        .one(KeyPair::of)
        .filter(p -> request.caller().isAdmin() || p.userId().equals(request.caller().userId()))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("credential", id)));
  }

  private Mono<ServerResponse> showCredential(ApiRequest request) {
    return findCredential(request)
        .flatMap(pair -> Replies.ok(View.of("credential", credentialView(pair))));
  }

  private Mono<ServerResponse> deleteCredential(ApiRequest request) {
    Delegated.refuse(request.caller(), MANAGING);
    return findCredential(request).flatMap(this::remove).then(Replies.noContent());
  }
}
