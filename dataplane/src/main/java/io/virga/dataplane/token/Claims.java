package io.virga.dataplane.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a token says of its bearer.
 *
 * @param tokenId random; the audit id, and what a revocation names
 * @param keyId which public key verifies it
 * @param methods how the user logged in: {@code password}, {@code token}, {@code
 *     application_credential}
 * @param roles role names in the scope, lower case
 * @param delegation what lends the roles, where the user has not logged in by itself
 */
public record Claims(
    String tokenId,
    String keyId,
    Named user,
    Named userDomain,
    Optional<Scope> scope,
    List<String> roles,
    List<String> methods,
    Optional<Delegation> delegation,
    Instant issuedAt,
    Instant expiresAt) {

  public Claims {
    roles = List.copyOf(roles);
    methods = List.copyOf(methods);
  }

  /** The role that may do everything. */
  public static final String ADMIN = "admin";

  /** The role that may do everything in the object store. */
  public static final String RESELLER_ADMIN = "reseller_admin";

  /** All roles that open what is others', unless they are on a domain. */
  public static final Set<String> OPENING = Set.of(ADMIN, RESELLER_ADMIN);

  /** Something with an id and a name. */
  public record Named(String id, String name) {}

  /** What the roles hold for. */
  public enum ScopeType {
    PROJECT,
    DOMAIN,
    SYSTEM
  }

  /**
   * The scope of the token.
   *
   * @param target the project or the domain; {@code all} for the system
   * @param domain the domain of the project; the target itself otherwise
   */
  public record Scope(ScopeType type, Named target, Named domain) {}

  /** The id of the project that the token is scoped to, if it is to one. */
  public Optional<String> projectId() {
    return scope.filter(s -> s.type() == ScopeType.PROJECT).map(s -> s.target().id());
  }

  /**
   * Whether the token may be used for the request at all; roles are asked of beside it.
   *
   * @param serviceTypes all that the catalog calls the service
   * @param path below the service's root
   */
  public boolean permits(Set<String> serviceTypes, String method, String path) {
    return delegation.isEmpty() || delegation.get().permits(serviceTypes, method, path);
  }

  /** Whether everything is open: the role {@code admin} on a domain opens that domain alone. */
  public boolean opensEverything() {
    return hasRole(ADMIN) && !isOnDomain();
  }

  /** Whether all accounts of the object store are open. */
  public boolean opensAllAccounts() {
    return !isOnDomain() && OPENING.stream().anyMatch(this::hasRole);
  }

  private boolean isOnDomain() {
    return scope.filter(s -> s.type() == ScopeType.DOMAIN).isPresent();
  }

  /** Whether the bearer has the role in the scope. */
  public boolean hasRole(String role) {
    return roles.contains(role);
  }
}
