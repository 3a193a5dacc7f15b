package io.virga.control.identity.token;

import io.virga.control.identity.bootstrap.Bootstrap;
import io.virga.dataplane.token.Claims;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Tokens on the project {@code service} for Virga's own processes. */
public final class ProcessTokens {

  private static final Duration AGENT_LIFETIME = Duration.ofDays(7);
  private static final Duration OWN_LIFETIME = Duration.ofHours(4);
  private static final Duration OWN_LEFT = Duration.ofHours(1);

  private final TokenIssuer issuer;
  private final InstantSource clock;
  private final Claims.Scope service;
  private volatile Optional<TokenIssuer.Issued> own = Optional.empty();

  public ProcessTokens(TokenIssuer issuer, InstantSource clock, String serviceProjectId) {
    this.issuer = issuer;
    this.clock = clock;
    this.service =
        new Claims.Scope(
            Claims.ScopeType.PROJECT,
            new Claims.Named(serviceProjectId, "service"),
            new Claims.Named(Bootstrap.DEFAULT_DOMAIN, "Default"));
  }

  /** No token lives longer than this one, so no revocation need. */
  public static Duration longestLifetime() {
    return AGENT_LIFETIME;
  }

  /** For a blockstore: may read images. */
  public TokenIssuer.Issued forBlockstore(String host) {
    return issuer.issueForProcess("blockstore@" + host, service, List.of("reader"), AGENT_LIFETIME);
  }

  /** For control itself: may write images. Made anew when less than an hour is left. */
  public String forControl() {
    Instant good = clock.instant().plus(OWN_LEFT);
    Optional<TokenIssuer.Issued> known =
        own.filter(issued -> issued.claims().expiresAt().isAfter(good));
    if (known.isPresent()) {
      return known.get().token();
    }
    TokenIssuer.Issued fresh =
        issuer.issueForProcess("control", service, List.of("member", "reader"), OWN_LIFETIME);
    own = Optional.of(fresh);
    return fresh.token();
  }
}
