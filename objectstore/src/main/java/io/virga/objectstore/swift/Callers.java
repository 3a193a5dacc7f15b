package io.virga.objectstore.swift;

import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Verification;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.tempauth.TempAuth;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.Optional;
import java.util.function.Function;

/**
 * Knows whose token a request shows. One that is no good, or not for such a request, is as none:
 * what is open to everyone stays open.
 *
 * @param verifier of the cloud's tokens
 * @param tempAuth the users of a file, if there are such
 */
public record Callers(Function<String, Verification> verifier, Optional<TempAuth> tempAuth) {

  /**
   * @param path what the request is answered for
   */
  Caller of(Request request, SwiftPath path) {
    return request
        .header("x-auth-token")
        .or(() -> request.header("x-storage-token"))
        .map(token -> of(token, request, path))
        .orElseGet(Caller.Anonymous::new);
  }

  private Caller of(String token, Request request, SwiftPath path) {
    Optional<Caller> local = tempAuth.flatMap(auth -> auth.caller(token));
    if (local.isPresent()) {
      return local.get();
    }
    return verifier.apply(token) instanceof Verification.Valid(Claims claims)
            && claims.permits(Caller.SERVICE_TYPES, request.method(), path.text())
        ? Caller.of(claims)
        : new Caller.Anonymous();
  }
}
