package io.virga.control.identity.roles;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import io.virga.dataplane.token.Claims;
import reactor.core.publisher.Mono;

/**
 * Keeps what opens everything from callers for whom not everything is open: roles of {@link
 * Claims#OPENING} anywhere but on a domain itself, and any role on the system.
 */
public final class OpeningRoles {

  private static final String COUNT =
      """
      WITH RECURSIVE
      granted AS (
        SELECT role_id, project_id IS NULL AND domain_id IS NULL AS on_system
          FROM identity_assignment
         WHERE (user_id = :user OR group_id = :group
                OR group_id IN (SELECT group_id FROM identity_membership WHERE user_id = :user))
           AND (domain_id IS NULL OR inherited)
        UNION SELECT CAST(:role AS text), false),
      effective AS (
        SELECT role_id, on_system FROM granted
        UNION
        SELECT i.implied_id, e.on_system
          FROM identity_implied_role i JOIN effective e ON i.prior_id = e.role_id)
      SELECT count(*)::int AS n FROM identity_role r JOIN effective e ON e.role_id = r.id
       WHERE r.domain_id IS NULL AND (e.on_system OR r.name = ANY (:opening))
      """;

  private static final String NOBODY = "";

  private OpeningRoles() {}

  /** Fails, forbidden, if the caller may not give the role, beyond a domain itself. */
  public static Mono<Void> checkGiving(Session session, Caller caller, String roleId) {
    return check(session, caller, roleId, NOBODY, NOBODY);
  }

  /** Fails, forbidden, if the caller may not take anyone into the group for its roles. */
  public static Mono<Void> checkGroup(Session session, Caller caller, String groupId) {
    return check(session, caller, NOBODY, groupId, NOBODY);
  }

  /** Fails, forbidden, if the caller may not become the user, or shut it out, for its roles. */
  public static Mono<Void> checkUser(Session session, Caller caller, String userId) {
    return check(session, caller, NOBODY, NOBODY, userId);
  }

  private static Mono<Void> check(
      Session session, Caller caller, String roleId, String groupId, String userId) {
    if (caller.isAdmin()) {
      return Mono.empty();
    }
    return session
        .sql(COUNT)
        .bind("role", roleId)
        .bind("group", groupId)
        .bind("user", userId)
        .bind("opening", Claims.OPENING.toArray(String[]::new))
        .one(row -> row.integer("n"))
        .doOnNext(
            opening -> {
              if (opening > 0) {
                throw ApiFault.forbidden(
                    "You are not authorized to perform the requested action: roles on projects or"
                        + " on the system open everything here, which your token does not.");
              }
            })
        .then();
  }
}
