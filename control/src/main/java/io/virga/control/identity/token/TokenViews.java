package io.virga.control.identity.token;

import io.virga.control.http.View;
import io.virga.control.identity.catalog.Catalog;
import io.virga.control.identity.view.Times;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** A token as keystone shows it. */
final class TokenViews {

  private final Catalog catalog;

  TokenViews(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * What a token is shown with beside its claims.
   *
   * @param roleIds by role name
   * @param applicationCredential the name of the one that it came of
   */
  record Names(Map<String, String> roleIds, Optional<String> applicationCredential) {}

  /**
   * @param names what the claims leave out
   */
  Mono<View> view(Claims claims, Names names, boolean withCatalog) {
    View token =
        View.of("methods", claims.methods())
            .with(
                "user",
                named(claims.user())
                    .with("domain", named(claims.userDomain()))
                    .with("password_expires_at", Optional.empty()))
            .with("audit_ids", List.of(claims.tokenId()))
            .with("expires_at", Times.text(claims.expiresAt()))
            .with("issued_at", Times.text(claims.issuedAt()));
    claims.scope().ifPresent(scope -> addScope(token, scope, claims, names));
    claims.delegation().ifPresent(delegation -> addDelegation(token, delegation, names));
    View view = View.of("token", token);
    return withCatalog && claims.scope().isPresent()
        ? catalog.of(claims).doOnNext(views -> token.with("catalog", views)).thenReturn(view)
        : Mono.just(view);
  }

  private static void addScope(View token, Claims.Scope scope, Claims claims, Names names) {
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
            .map(name -> View.of("id", names.roleIds().getOrDefault(name, name)).with("name", name))
            .toList());
  }

  private static void addDelegation(View token, Delegation delegation, Names names) {
    switch (delegation) {
      case Delegation.ApplicationCredential credential -> {
        View view =
            View.of("id", credential.id())
                .with("name", names.applicationCredential())
                .with("restricted", !credential.unrestricted());
        if (!credential.accessRules().isEmpty()) {
          view.with(
              "access_rules",
              credential.accessRules().stream()
                  .map(
                      rule ->
                          View.of("service", rule.service())
                              .with("method", rule.method())
                              .with("path", rule.path()))
                  .toList());
        }
        token.with("application_credential", view);
      }
      case Delegation.Trust trust ->
          token.with(
              "OS-TRUST:trust",
              View.of("id", trust.id())
                  .with("trustor_user", View.of("id", trust.trustorId()))
                  .with("trustee_user", View.of("id", trust.trusteeId()))
                  .with("impersonation", trust.impersonation()));
    }
  }

  private static View named(Claims.Named named) {
    return View.of("id", named.id()).with("name", named.name());
  }
}
