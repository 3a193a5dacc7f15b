package io.virga.control.policy;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.token.Claims;
import java.util.Optional;

/**
 * Who sent a request, as the token says. Every query for a tenant's things is by {@link
 * #projectId}, so that no project ever sees another's.
 *
 * @param token the text of the token, for calls on the caller's behalf; never logged
 */
public record Caller(Claims claims, String token) {

  /** The name of the role that may do everything. It implies {@code member} and {@code reader}. */
  public static final String ADMIN = Claims.ADMIN;

  public String userId() {
    return claims.user().id();
  }

  /**
   * The project that the token is scoped to.
   *
   * @throws ApiFault forbidden, if the token is not scoped to one
   */
  public String projectId() {
    return claims
        .projectId()
        .orElseThrow(() -> ApiFault.forbidden("This needs a token that is scoped to a project."));
  }

  /** The domain that the token is scoped to, if it is to one. */
  public Optional<String> domainId() {
    return claims
        .scope()
        .filter(scope -> scope.type() == Claims.ScopeType.DOMAIN)
        .map(scope -> scope.target().id());
  }

  /** Whether everything is open. Who has the role on a domain administers that domain alone. */
  public boolean isAdmin() {
    return claims.opensEverything();
  }

  /** Whether things of the project are this caller's to see: its own, or anyone's for an admin. */
  public boolean sees(String projectId) {
    return isAdmin() || claims.projectId().filter(projectId::equals).isPresent();
  }

  @Override
  public String toString() {
    return "Caller[user=" + userId() + ", token=" + claims.tokenId() + "]";
  }
}
