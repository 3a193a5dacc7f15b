package io.virga.control.identity.assignment;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.roles.OpeningRoles;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import reactor.core.publisher.Mono;

/**
 * Which grants are a caller's to see and to change. Who administers a domain gives roles within it;
 * but on a project some roles open everything, so they are not given by such a caller.
 */
final class GrantReach {

  private static final String OUTSIDE =
      """
      SELECT count(*)::int AS n FROM (
        SELECT domain_id FROM identity_user WHERE id = :user
        UNION ALL SELECT domain_id FROM identity_group WHERE id = :group
        UNION ALL SELECT domain_id FROM identity_project WHERE id = :project
        UNION ALL SELECT id FROM identity_domain WHERE id = :domain) x
       WHERE x.domain_id <> :own AND :inherited IS NOT NULL
      """;

  /** What of the grant is not there, the first in Keystone's order. */
  private static final String MISSING =
      """
      SELECT x.thing, x.id FROM (VALUES
        (1, 'role', CAST(:role AS text), EXISTS (SELECT FROM identity_role WHERE id = :role)),
        (2, 'user', CAST(:user AS text), EXISTS (SELECT FROM identity_user WHERE id = :user)),
        (3, 'group', CAST(:group AS text), EXISTS (SELECT FROM identity_group WHERE id = :group)),
        (4, 'domain', CAST(:domain AS text),
            EXISTS (SELECT FROM identity_domain WHERE id = :domain)),
        (5, 'project', CAST(:project AS text),
            EXISTS (SELECT FROM identity_project WHERE id = :project)))
        AS x (place, thing, id, there)
       WHERE x.id IS NOT NULL AND NOT x.there AND :inherited IS NOT NULL
       ORDER BY x.place LIMIT 1
      """;

  /** The role, if it is of a domain, and that is not the one that the grant is in. */
  private static final String STRAY =
      """
      SELECT r.id FROM identity_role r
       WHERE r.id = :role AND r.domain_id IS NOT NULL AND :inherited IS NOT NULL
         AND num_nonnulls(CAST(:user AS text), CAST(:group AS text)) = 1
         AND r.domain_id IS DISTINCT FROM
             coalesce(:domain, (SELECT p.domain_id FROM identity_project p WHERE p.id = :project))
      """;

  private GrantReach() {}

  /** Fails, not found, if there is no such role, user, group, project or domain. */
  static Mono<Void> checkThere(Session session, Grant grant, String role) {
    return grant
        .bind(session.sql(MISSING))
        .bind("role", role)
        .one(row -> Keystone.notFound(row.text("thing"), row.text("id")))
        .flatMap(missing -> Mono.error(missing));
  }

  /** Fails, if the role is of a domain that is not the one of the grant. */
  static Mono<Void> checkRole(Session session, Grant grant, String role) {
    return grant
        .bind(session.sql(STRAY))
        .bind("role", role)
        .one(row -> stray(grant, role))
        .flatMap(stray -> Mono.error(stray));
  }

  private static ApiFault stray(Grant grant, String role) {
    if (grant.projectId().isEmpty() && grant.domainId().isEmpty()) {
      return ApiFault.badRequest(
          ("Role %s is a domain-specific role. Unable to use a domain-specific role in a system"
                  + " assignment.")
              .formatted(role));
    }
    return ApiFault.forbidden(
        "%s %s must be in the same domain as the role %s being assigned."
            .formatted(grant.projectId().isPresent() ? "Project" : "Domain", grant.target(), role));
  }

  /** Fails, forbidden, if the grant is of another domain. */
  static Mono<Void> check(Session session, Caller caller, Grant grant) {
    return Mono.justOrEmpty(Reach.of(caller).onlyDomain())
        .flatMap(
            own -> grant.bind(session.sql(OUTSIDE)).bind("own", own).one(row -> row.integer("n")))
        .doOnNext(
            outside -> {
              if (outside > 0) {
                throw ApiFault.forbidden(
                    "You are not authorized to perform the requested action:"
                        + " it is not of your domain.");
              }
            })
        .then();
  }

  /** Likewise, and if the grant would give more than the caller has. */
  static Mono<Void> checkGiving(Session session, Caller caller, Grant grant, String role) {
    boolean onDomainItself = grant.domainId().isPresent() && !grant.inherited();
    return check(session, caller, grant)
        .then(onDomainItself ? Mono.empty() : OpeningRoles.checkGiving(session, caller, role));
  }
}
