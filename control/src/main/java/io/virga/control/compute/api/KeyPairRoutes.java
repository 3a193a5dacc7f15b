package io.virga.control.compute.api;

import io.virga.control.compute.model.KeyPair;
import io.virga.control.compute.server.SshKeys;
import io.virga.control.compute.store.KeyPairStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.operator.pki.UserCertificate;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code /v2.1/os-keypairs}. A private key that is made here is shown once and not kept. */
public final class KeyPairRoutes {

  private static final int MAX_KEY_LENGTH = 16_384;
  private static final String NAME_CHARACTERS = "[A-Za-z0-9 _@.-]{1,255}";
  private static final int CREATED_SINCE = 2;
  private static final int TYPES_SINCE = 2;
  private static final int OWNERS_SINCE = 10;
  private static final int PAGED_SINCE = 35;
  private static final String SSH = "ssh";
  private static final String X509 = "x509";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final KeyPairStore keyPairs;
  private final Quota quota;

  KeyPairRoutes(Database database, KeyPairStore keyPairs, Quota quota) {
    this.database = database;
    this.keyPairs = keyPairs;
    this.quota = quota;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-keypairs", Rule.READER, this::list),
        Route.post("/v2.1/os-keypairs", Rule.MEMBER, this::create),
        Route.get("/v2.1/os-keypairs/{name}", Rule.READER, this::show),
        Route.delete("/v2.1/os-keypairs/{name}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return keyPairs
        .list(database, user(request))
        .collectList()
        .map(
            pairs ->
                version.atLeast(PAGED_SINCE)
                    ? Page.of(request).of(pairs, KeyPair::name)
                    : new Page.Cut<>(pairs, Optional.empty()))
        .flatMap(
            page ->
                Replies.ok(
                    page.map(pair -> View.of("keypair", brief(pair, version))).view("keypairs")));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return keyPairs
        .find(database, user(request), request.path("name"))
        .flatMap(
            pair ->
                Replies.ok(
                    View.of(
                        "keypair",
                        brief(pair, version)
                            .with("user_id", pair.userId())
                            .with("id", Math.abs((long) pair.name().hashCode()))
                            .with("created_at", Times.bare(pair.createdAt()))
                            .with("updated_at", Optional.empty())
                            .with("deleted", false)
                            .with("deleted_at", Optional.empty()))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return request
        .json()
        .map(body -> body.object("keypair"))
        .publishOn(Schedulers.boundedElastic())
        .map(body -> newPair(request, body))
        .flatMap(
            made ->
                database
                    .inTransaction(transaction -> insert(transaction, request, made.pair()))
                    .onErrorMap(
                        DuplicateKeyException.class,
                        e ->
                            ApiFault.conflict(
                                "Key pair '" + made.pair().name() + "' already exists."))
                    .thenReturn(made))
        .flatMap(
            made -> {
              View view = brief(made.pair(), version).with("user_id", made.pair().userId());
              made.privateKey().ifPresent(key -> view.with("private_key", key));
              return Replies.json(
                  version.atLeast(CREATED_SINCE) ? HttpStatus.CREATED : HttpStatus.OK,
                  View.of("keypair", view));
            });
  }

  /** They are the user's; how many he may have his project says. */
  private Mono<Void> insert(Transaction transaction, ApiRequest request, KeyPair pair) {
    return keyPairs
        .lockAndCount(transaction, pair.userId())
        .flatMap(had -> quota.check(transaction, request.projectId(), Resource.KEY_PAIRS, had, 1))
        .then(keyPairs.insert(transaction, pair));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    HttpStatus status =
        Microversion.of(request).atLeast(CREATED_SINCE)
            ? HttpStatus.NO_CONTENT
            : HttpStatus.ACCEPTED;
    return keyPairs
        .delete(database, user(request), request.path("name"))
        .then(ServerResponse.status(status).build());
  }

  private record Made(KeyPair pair, Optional<String> privateKey) {}

  private static Made newPair(ApiRequest request, JsonBody body) {
    String name = body.text("name", ServerBodies.NAME_LENGTH);
    if (!name.matches(NAME_CHARACTERS)) {
      throw ApiFault.badRequest(
          "keypair.name: '" + name + "' has other characters than letters, digits, space, _ @ . -");
    }
    Optional<String> given = body.optionalText("public_key", MAX_KEY_LENGTH);
    String type =
        Microversion.of(request).atLeast(TYPES_SINCE)
            ? body.optionalChoice("type", List.of(SSH, X509)).orElse(SSH)
            : SSH;
    String user = owner(request, body);
    return type.equals(X509) ? newCertificate(user, name, given) : newKey(user, name, given);
  }

  /** A certificate is the caller's to sign, or one that is made and signed by its own key. */
  private static Made newCertificate(String user, String name, Optional<String> given) {
    Optional<UserCertificate> made =
        given.isPresent()
            ? Optional.empty()
            : Optional.of(UserCertificate.make(user, Instant.now(), RANDOM));
    String text =
        given.map(String::strip).or(() -> made.map(UserCertificate::certificate)).orElse("");
    return new Made(
        new KeyPair(user, name, X509, text, Digests.certificate(text), Instant.now()),
        made.map(UserCertificate::privateKey));
  }

  private static Made newKey(String user, String name, Optional<String> given) {
    SshKeys.Pair keys =
        given
            .map(text -> new SshKeys.Pair(text.strip(), Optional.empty()))
            .orElseGet(() -> SshKeys.generate(name));
    String fingerprint =
        SshKeys.blob(keys.publicKey())
            .map(Digests::fingerprint)
            .orElseThrow(
                () ->
                    ApiFault.badRequest(
                        "Keypair data is invalid: failed to generate fingerprint of the public key"));
    KeyPair pair = new KeyPair(user, name, SSH, keys.publicKey(), fingerprint, Instant.now());
    return new Made(pair, keys.privateKey());
  }

  /** Whose a new one is: since 2.10 the body says, if it is not the caller's. */
  private static String owner(ApiRequest request, JsonBody body) {
    return Microversion.of(request).atLeast(OWNERS_SINCE)
        ? user(request, body.optionalText("user_id", ServerBodies.NAME_LENGTH))
        : user(request);
  }

  private static String user(ApiRequest request) {
    return user(request, request.query("user_id"));
  }

  private static String user(ApiRequest request, Optional<String> wanted) {
    Optional<String> other = wanted.filter(id -> !id.equals(request.caller().userId()));
    if (other.isPresent() && !request.caller().isAdmin()) {
      throw ApiFault.forbidden("user_id: only an administrator may ask for another user's keys.");
    }
    return other.orElse(request.caller().userId());
  }

  private static View brief(KeyPair pair, Microversion version) {
    View view =
        View.of("name", pair.name())
            .with("public_key", pair.publicKey())
            .with("fingerprint", pair.fingerprint());
    return version.atLeast(CREATED_SINCE) ? view.with("type", pair.type()) : view;
  }
}
