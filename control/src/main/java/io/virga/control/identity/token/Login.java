package io.virga.control.identity.token;

import io.virga.control.audit.AuditLog;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.trust.Trusts;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** From what a client shows to a token. */
final class Login {

  private final Identification identification;
  private final Scoping scoping;
  private final TokenIssuer issuer;
  private final AttemptLimits limits;

  Login(Database database, TokenRoutes.Gate gate, InstantSource clock) {
    Accounts accounts = new Accounts(database);
    this.identification =
        new Identification(database, accounts, gate.passwords(), gate.authenticator(), clock);
    this.limits = gate.limits();
    this.scoping =
        new Scoping(database, accounts, new TrustScoping(database, accounts, new Trusts(clock)));
    this.issuer = gate.issuer();
  }

  Mono<TokenIssuer.Issued> login(AuthRequest request, AuditLog.Origin origin) {
    Mono<Identified> identified = identification.identify(request);
    return request
        .claimedName()
        .map(name -> limits.limited(name, origin.address(), Refusals::isRefusal, identified))
        .orElse(identified)
        .flatMap(who -> scoping.scope(who, request.scope()).map(granted -> issue(who, granted)))
        .doOnNext(issued -> AuditLog.loggedIn(origin, issued.claims()))
        .doOnError(
            ApiFault.class,
            fault ->
                AuditLog.refused(
                    origin, request.claimedName(), request.methodNames(), fault.message()));
  }

  private TokenIssuer.Issued issue(Identified who, Granted granted) {
    return issuer.issue(
        new TokenIssuer.Bearer(
            granted.user().self(),
            granted.user().domain(),
            granted.scope(),
            granted.roles(),
            who.methods(),
            granted.delegation()),
        granted.notAfter());
  }
}
