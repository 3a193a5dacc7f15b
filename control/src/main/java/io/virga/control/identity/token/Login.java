package io.virga.control.identity.token;

import io.virga.control.database.Database;
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

  /**
   * @param address where the client is, as far as it is known
   */
  Mono<TokenIssuer.Issued> login(AuthRequest request, String address) {
    Mono<Identified> identified = identification.identify(request);
    return request
        .guessedName()
        .map(name -> limits.limited(name, address, Refusals::isRefusal, identified))
        .orElse(identified)
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
