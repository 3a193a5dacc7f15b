package io.virga.control.identity.token;

import io.virga.control.http.View;
import io.virga.control.identity.catalog.Catalog;
import io.virga.dataplane.token.Claims;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A token as keystone shows it. */
final class TokenViews {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Catalog catalog;

  TokenViews(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * @param roleIds by role name
   */
  View view(Claims claims, Map<String, String> roleIds, boolean withCatalog) {
    View token =
        View.of("methods", claims.methods())
            .with(
                "user",
                named(claims.user())
                    .with("domain", named(claims.userDomain()))
                    .with("password_expires_at", Optional.empty()))
            .with("audit_ids", List.of(claims.tokenId()))
            .with("expires_at", time(claims.expiresAt()))
            .with("issued_at", time(claims.issuedAt()));
    claims.scope().ifPresent(scope -> addScope(token, scope, claims, roleIds));
    claims
        .applicationCredentialId()
        .ifPresent(id -> token.with("application_credential", View.of("id", id)));
    if (withCatalog && claims.scope().isPresent()) {
      token.with("catalog", catalog.of(claims));
    }
    return View.of("token", token);
  }

  private static void addScope(
      View token, Claims.Scope scope, Claims claims, Map<String, String> roleIds) {
    switch (scope.type()) {
      case PROJECT ->
          token
              .with("project", named(scope.target()).with("domain", named(scope.domain())))
              .with("is_domain", false);
      case DOMAIN -> token.with("domain", named(scope.target()));
      case SYSTEM -> token.with("system", View.of("all", true));
    }
    token.with(
        "roles",
        claims.roles().stream()
            .map(name -> View.of("id", roleIds.getOrDefault(name, name)).with("name", name))
            .toList());
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static View named(Claims.Named named) {
    return View.of("id", named.id()).with("name", named.name());
  }
}
