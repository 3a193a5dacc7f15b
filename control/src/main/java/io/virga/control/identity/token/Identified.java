package io.virga.control.identity.token;

import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A user who has shown who it is.
 *
 * @param notAfter when that which was shown expires
 * @param credential the application credential that was shown, which sets project and roles
 */
record Identified(
    Accounts.User user,
    List<String> methods,
    Optional<Instant> notAfter,
    Optional<Accounts.ApplicationCredential> credential) {

  String userId() {
    return user.self().id();
  }

  Optional<Delegation> delegation() {
    return credential.map(Accounts.ApplicationCredential::delegation);
  }
}
