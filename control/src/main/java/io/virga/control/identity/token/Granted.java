package io.virga.control.identity.token;

import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a token shall say.
 *
 * @param user in whose name
 * @param notAfter when it ends at the latest, if that is before the lifetime of tokens is over
 */
record Granted(
    Accounts.User user,
    Optional<Claims.Scope> scope,
    List<String> roles,
    Optional<Delegation> delegation,
    Optional<Instant> notAfter) {

  /** In the user's own name. */
  static Granted of(Identified who, Optional<Claims.Scope> scope, List<String> roles) {
    return new Granted(who.user(), scope, roles, who.delegation(), who.notAfter());
  }
}
