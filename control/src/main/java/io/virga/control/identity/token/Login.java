package io.virga.control.identity.token;

import io.virga.control.audit.AuditLog;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.trust.Trusts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import reactor.core.publisher.Mono;

/** From what a client shows to a token. */
final class Login {

  private final Identification identification;
  private final Scoping scoping;
  private final TokenIssuer issuer;
  private final AttemptLimits limits;
  private final InstantSource clock;

  Login(Database database, TokenRoutes.Gate gate, InstantSource clock) {
    Accounts accounts = new Accounts(database);
    this.identification =
        new Identification(database, accounts, gate.passwords(), gate.authenticator(), clock);
    this.limits = gate.limits();
    this.scoping =
        new Scoping(database, accounts, new TrustScoping(database, accounts, new Trusts(clock)));
    this.issuer = gate.issuer();
    this.clock = clock;
  }

  Mono<TokenIssuer.Issued> login(AuthRequest request, AuditLog.Origin origin) {
    return Mono.defer(() -> login(request, origin, clock.instant()))
        .doOnNext(issued -> AuditLog.loggedIn(origin, issued.claims()))
        .doOnError(
            ApiFault.class,
            fault ->
                AuditLog.refused(
                    origin, request.claimedName(), request.methodNames(), fault.message()));
  }

  /** What is revoked after the user was looked at is so for the token, too. */
  private Mono<TokenIssuer.Issued> login(
      AuthRequest request, AuditLog.Origin origin, Instant begun) {
    return identification
        .lookUp(request)
        .flatMap(shown -> identify(shown, request.scope(), origin))
        .flatMap(
            who -> scoping.scope(who, request.scope()).map(granted -> issue(who, granted, begun)));
  }

  private Mono<Identified> identify(
      List<Shown> shown, AuthRequest.Scope scope, AuditLog.Origin origin) {
    Mono<Identified> identified = identification.identify(shown, scope);
    return Identification.claimed(shown)
        .map(name -> limits.limited(name, origin.address(), ApiFault::isUnauthorized, identified))
        .orElse(identified);
  }

  private TokenIssuer.Issued issue(Identified who, Granted granted, Instant issuedAt) {
    return issuer.issue(
        new TokenIssuer.Bearer(
            granted.user().self(),
            granted.user().domain(),
            granted.scope(),
            granted.roles(),
            who.methods(),
            granted.delegation()),
        issuedAt,
        granted.notAfter());
  }
}
