package io.virga.objectstore.swift;

import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Verification;
import io.virga.objectstore.http.Request;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Who may do what: a token opens the account of its own project, for reading or for all. */
final class SwiftAccess {

  private static final String ACCOUNT_PREFIX = "AUTH_";
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final Function<String, Verification> verifier;

  SwiftAccess(Function<String, Verification> verifier) {
    this.verifier = verifier;
  }

  /** Returns if the request may be done, and throws if not. */
  void check(Request request, String account) {
    Optional<String> token =
        request.header("x-auth-token").or(() -> request.header("x-storage-token"));
    if (token.isEmpty()
        || !(verifier.apply(token.get()) instanceof Verification.Valid(Claims claims))) {
      throw new SwiftError(
          401,
          "This server could not verify that you are authorized to access the document you"
              + " requested.");
    }
    boolean reading = READING.contains(request.method());
    if (!mayAnything(claims) && !(owns(claims, account) && hasRole(claims, reading))) {
      throw new SwiftError(403, "Access was denied to this resource.");
    }
    if (!account.startsWith(ACCOUNT_PREFIX)) {
      throw SwiftError.notFound();
    }
  }

  private static boolean mayAnything(Claims claims) {
    boolean system = claims.scope().filter(s -> s.type() == Claims.ScopeType.SYSTEM).isPresent();
    return claims.hasRole("reseller_admin") || (system && claims.hasRole("admin"));
  }

  private static boolean owns(Claims claims, String account) {
    return claims.projectId().filter(id -> account.equals(ACCOUNT_PREFIX + id)).isPresent();
  }

  private static boolean hasRole(Claims claims, boolean reading) {
    return claims.hasRole("admin")
        || claims.hasRole("member")
        || claims.hasRole("service")
        || (reading && claims.hasRole("reader"));
  }
}
