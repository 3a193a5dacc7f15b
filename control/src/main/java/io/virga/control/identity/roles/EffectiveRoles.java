package io.virga.control.identity.roles;

import io.virga.control.database.Session;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Which roles a user has on something: assigned to the user or to a group, on the thing itself or
 * inherited from the project's domain or a project above, and all that these imply. Roles of
 * domains are not among them, but what they imply is.
 */
public final class EffectiveRoles {

  private static final String OF_USER =
      """
      WITH RECURSIVE effective AS (
        SELECT role_id FROM identity_assignment
         WHERE (user_id = :user
                OR group_id IN (SELECT group_id FROM identity_membership WHERE user_id = :user))
           AND %s
        UNION
        SELECT i.implied_id FROM identity_implied_role i JOIN effective e ON i.prior_id = e.role_id)
      SELECT r.id, r.name FROM identity_role r JOIN effective e ON e.role_id = r.id
       WHERE r.domain_id IS NULL ORDER BY r.name
      """;

  private static final String ON_PROJECT =
      OF_USER.formatted(
          """
          (project_id = :target AND NOT inherited
           OR inherited AND (
             domain_id = (SELECT domain_id FROM identity_project WHERE id = :target)
             OR project_id IN (SELECT a.id FROM identity_ancestors(:target) a)))
          """);

  private static final String ON_DOMAIN =
      OF_USER.formatted("domain_id = :target AND NOT inherited");

  private static final String ON_SYSTEM =
      OF_USER.formatted("project_id IS NULL AND domain_id IS NULL");

  private EffectiveRoles() {}

  public static Mono<List<Role>> onProject(Session session, String userId, String projectId) {
    return session
        .sql(ON_PROJECT)
        .bind("user", userId)
        .bind("target", projectId)
        .all(Role::of)
        .collectList();
  }

  public static Mono<List<Role>> onDomain(Session session, String userId, String domainId) {
    return session
        .sql(ON_DOMAIN)
        .bind("user", userId)
        .bind("target", domainId)
        .all(Role::of)
        .collectList();
  }

  public static Mono<List<Role>> onSystem(Session session, String userId) {
    return session.sql(ON_SYSTEM).bind("user", userId).all(Role::of).collectList();
  }
}
