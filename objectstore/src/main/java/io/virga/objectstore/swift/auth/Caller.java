package io.virga.objectstore.swift.auth;

import io.virga.dataplane.token.AccessRule;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Who sends a request. */
public sealed interface Caller {

  /** The beginning of the name of every account that can be asked for. */
  String ACCOUNT_PREFIX = "AUTH_";

  /** All that the catalog calls the object store. */
  Set<String> SERVICE_TYPES = Set.of("object-store", "s3");

  /** What a caller may do in an account. */
  enum Power {
    NONE,
    READ,
    WRITE,
    OWN
  }

  /** Nobody that is known: there is no token, or no good one. */
  record Anonymous() implements Caller {}

  /**
   * Whoever has a signed URL or form.
   *
   * @param container empty if the key that signed is the account's
   */
  record Signed(String account, Optional<String> container) implements Caller {}

  /**
   * The bearer of a token.
   *
   * @param account of the project that the token is for; empty if it is for none
   * @param own what he may do in it
   * @param reseller may do everything, to everyone's things
   * @param projects id, and name if names can be relied on
   * @param users id, and name if names can be relied on
   * @param roles in lower case; they mean something in the own account alone
   * @param groups what other accounts may name: the groups of {@code /auth/v1.0}
   * @param rules all that he may do; empty if that is whatever the rest allows
   */
  record User(
      String account,
      Power own,
      boolean reseller,
      Set<String> projects,
      Set<String> users,
      Set<String> roles,
      Set<String> groups,
      List<AccessRule> rules)
      implements Caller {

    public User {
      rules = List.copyOf(rules);
    }

    /** Whether his rules let a request with the method through to the path. */
    boolean permits(String method, SwiftPath path) {
      return rules.isEmpty()
          || rules.stream().anyMatch(rule -> rule.permits(SERVICE_TYPES, method, path.text()));
    }

    /** Whether they do to whatever object of the container. */
    boolean permitsAllOf(String method, SwiftPath container) {
      String below = container.text() + "/";
      return rules.isEmpty()
          || rules.stream()
              .filter(rule -> rule.path().endsWith("**"))
              .anyMatch(rule -> rule.permits(SERVICE_TYPES, method, below));
    }
  }

  /** The bearer of one of the cloud's tokens. */
  static User of(Claims claims) {
    boolean names =
        claims.userDomain().id().equals("default")
            && claims.scope().filter(s -> s.domain().id().equals("default")).isPresent();
    Set<String> projects = new LinkedHashSet<>();
    claims
        .scope()
        .filter(s -> s.type() == Claims.ScopeType.PROJECT)
        .ifPresent(
            scope -> {
              projects.add(scope.target().id());
              if (names) {
                projects.add(scope.target().name());
              }
            });
    Set<String> users = new LinkedHashSet<>(List.of(claims.user().id()));
    if (names) {
      users.add(claims.user().name());
    }
    Set<String> roles = new HashSet<>();
    for (String role : claims.roles()) {
      roles.add(role.toLowerCase(Locale.ROOT));
    }
    boolean owns = claims.hasRole("admin") || claims.hasRole("member") || claims.hasRole("service");
    return new User(
        claims.projectId().map(id -> ACCOUNT_PREFIX + id).orElse(""),
        owns ? Power.OWN : claims.hasRole("reader") ? Power.READ : Power.NONE,
        claims.opensAllAccounts(),
        projects,
        users,
        roles,
        Set.of(),
        claims.delegation().map(Caller::rules).orElse(List.of()));
  }

  private static List<AccessRule> rules(Delegation delegation) {
    return switch (delegation) {
      case Delegation.ApplicationCredential credential -> credential.accessRules();
      case Delegation.Trust _ -> List.of();
    };
  }
}
