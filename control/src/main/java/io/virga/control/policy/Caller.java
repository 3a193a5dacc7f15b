package io.virga.control.policy;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.token.Claims;

/**
 * Who sent a request, as the token says. Every query for a tenant's things is by {@link
 * #projectId}, so that no project ever sees another's.
 *
 * @param token the text of the token, for calls on the caller's behalf; never logged
 */
public record Caller(Claims claims, String token) {

  /** The name of the role that may do everything. It implies {@code member} and {@code reader}. */
  public static final String ADMIN = "admin";

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

  public boolean isAdmin() {
    return claims.hasRole(ADMIN);
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
