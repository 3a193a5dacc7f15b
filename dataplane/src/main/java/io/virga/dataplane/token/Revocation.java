package io.virga.dataplane.token;

import java.time.Instant;
import java.util.Optional;

/**
 * Tokens that are void before they expire: those issued before {@link #issuedBefore()} that equal
 * every field which is given. An entry that gives no field revokes everything issued before it.
 */
public interface Revocation {

  Optional<String> tokenId();

  Optional<String> userId();

  Optional<String> projectId();

  /** Of an application credential or of a trust. */
  Optional<String> delegationId();

  Instant issuedBefore();

  /** Whether the entry speaks of a token with these claims. */
  default boolean revokes(Claims claims) {
    return claims.issuedAt().isBefore(issuedBefore())
        && tokenId().map(claims.tokenId()::equals).orElse(true)
        && userId().map(claims.user().id()::equals).orElse(true)
        && (projectId().isEmpty() || projectId().equals(claims.projectId()))
        && (delegationId().isEmpty()
            || delegationId().equals(claims.delegation().map(Delegation::id)));
  }
}
