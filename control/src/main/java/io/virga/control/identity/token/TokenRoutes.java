package io.virga.control.identity.token;

import static io.virga.control.policy.Rule.ANYONE;
import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.identity.catalog.Catalog;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Authenticator;
import io.virga.control.policy.Caller;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/auth/tokens}: to get a token, look at one, and give one up. */
public final class TokenRoutes {

  private static final String SUBJECT = "X-Subject-Token";

  private final Database database;
  private final Login login;
  private final Authenticator authenticator;
  private final Revocations revocations;
  private final TokenViews views;

  /** How clients are let in. */
  public record Gate(
      UserPasswords passwords,
      AttemptLimits limits,
      Authenticator authenticator,
      TokenIssuer issuer) {}

  public TokenRoutes(
      Database database, Gate gate, Revocations revocations, Catalog catalog, InstantSource clock) {
    this.database = database;
    this.authenticator = gate.authenticator();
    this.login = new Login(database, gate, clock);
    this.revocations = revocations;
    this.views = new TokenViews(catalog);
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/v3/auth/tokens", ANYONE, this::create),
        Route.get("/v3/auth/tokens", LOGGED_IN, this::show),
        Route.head("/v3/auth/tokens", LOGGED_IN, this::check),
        Route.delete("/v3/auth/tokens", LOGGED_IN, this::revoke));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    boolean withCatalog = !request.hasQuery("nocatalog");
    return request
        .json()
        .map(AuthRequest::of)
        .flatMap(body -> login.login(body, request.origin()))
        .flatMap(
            issued ->
                names(issued.claims())
                    .flatMap(names -> views.view(issued.claims(), names, withCatalog))
                    .flatMap(
                        view ->
                            Replies.bytes(
                                ServerResponse.status(HttpStatus.CREATED)
                                    .header(SUBJECT, issued.token())
                                    .header("Vary", "X-Auth-Token"),
                                view)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Caller subject = subject(request);
    return names(subject.claims())
        .flatMap(names -> views.view(subject.claims(), names, !request.hasQuery("nocatalog")))
        .flatMap(
            view ->
                Replies.bytes(
                    ServerResponse.ok()
                        .header(SUBJECT, subject.token())
                        .header("Vary", "X-Auth-Token"),
                    view));
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    return ServerResponse.ok().header(SUBJECT, subject(request).token()).build();
  }

  private Mono<ServerResponse> revoke(ApiRequest request) {
    Claims claims = subject(request).claims();
    return database
        .inTransaction(tx -> revocations.revokeToken(tx, claims))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  /** The token that is spoken of; a user may look at its own, an admin at any. */
  private Caller subject(ApiRequest request) {
    String token =
        request
            .header(SUBJECT)
            .orElseThrow(() -> ApiFault.of(FaultKind.NOT_FOUND, "No token in the request"));
    Caller caller = request.caller();
    Caller subject = token.equals(caller.token()) ? caller : examine(token);
    if (!caller.isAdmin() && !subject.userId().equals(caller.userId())) {
      throw ApiFault.forbidden("You may look at your own tokens only.");
    }
    return subject;
  }

  private Caller examine(String token) {
    try {
      return authenticator.authenticate(token);
    } catch (ApiFault e) {
      throw Keystone.notFound("token", "in " + SUBJECT + " (" + e.message() + ")");
    }
  }

  private Mono<TokenViews.Names> names(Claims claims) {
    Mono<Optional<String>> credential =
        claims.delegation().orElse(null) instanceof Delegation.ApplicationCredential some
            ? database
                .sql("SELECT name FROM identity_application_credential WHERE id = :id")
                .bind("id", some.id())
                .one(row -> Optional.of(row.text("name")))
                .defaultIfEmpty(Optional.empty())
            : Mono.just(Optional.empty());
    return Mono.zip(roleIds(), credential, TokenViews.Names::new);
  }

  private Mono<Map<String, String>> roleIds() {
    return database
        .sql("SELECT id, name FROM identity_role WHERE domain_id IS NULL")
        .all(row -> Map.entry(row.text("name"), row.text("id")))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }
}
