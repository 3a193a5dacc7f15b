package io.virga.control.identity.token;

import io.virga.control.database.Database;
import io.virga.control.identity.trust.Trusts;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** From what a client shows to a token. */
final class Login {

  private final Identification identification;
  private final Scoping scoping;
  private final TokenIssuer issuer;

  Login(Database database, TokenRoutes.Gate gate, InstantSource clock) {
    Accounts accounts = new Accounts(database);
    this.identification =
        new Identification(accounts, gate.passwords(), gate.authenticator(), clock);
    this.scoping =
        new Scoping(database, accounts, new TrustScoping(database, accounts, new Trusts(clock)));
    this.issuer = gate.issuer();
  }

  Mono<TokenIssuer.Issued> login(AuthRequest request) {
    return identification
        .identify(request)
        .flatMap(who -> scoping.scope(who, request.scope()).map(granted -> issue(who, granted)));
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
