package io.virga.control.identity.trust;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.view.Keystone;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Finds trusts, and what one gives now. */
public final class Trusts {

  private static final String FIND = Trust.COLUMNS + "WHERE id = :id AND" + Trust.GOOD;

  /** A trust, the one it is of, and so on. */
  private static final String CHAIN =
      """
      WITH RECURSIVE chain AS (
        SELECT id, redelegated_trust_id AS source, 0 AS distance FROM identity_trust WHERE id = :id
        UNION ALL
        SELECT t.id, t.redelegated_trust_id, c.distance + 1
          FROM chain c JOIN identity_trust t ON t.id = c.source)
      """
          + Trust.COLUMNS
          + "JOIN chain c USING (id) ORDER BY c.distance";

  private static final String CLOSURE =
      """
      WITH RECURSIVE effective AS (
        SELECT id AS role_id FROM identity_role WHERE id = ANY (:roles)
        UNION
        SELECT i.implied_id FROM identity_implied_role i JOIN effective e ON i.prior_id = e.role_id)
      SELECT r.id, r.name FROM identity_role r JOIN effective e ON e.role_id = r.id
       WHERE r.domain_id IS NULL ORDER BY r.name
      """;

  private static final String USE =
      """
      UPDATE identity_trust SET remaining_uses = remaining_uses - 1
       WHERE id = :id AND (remaining_uses IS NULL OR remaining_uses > 0)
      """;

  private final InstantSource clock;

  public Trusts(InstantSource clock) {
    this.clock = clock;
  }

  /** One that is still good; not found otherwise. */
  public Mono<Trust> find(Session session, String id) {
    return session
        .sql(FIND)
        .bind("id", id)
        .bind("now", clock.instant())
        .one(Trust::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("trust", id)));
  }

  /** The trust, the one that it was lent on from, and so on. */
  public Mono<List<Trust>> chain(Session session, String id) {
    return session.sql(CHAIN).bind("id", id).all(Trust::of).collectList();
  }

  /**
   * The roles that the trust gives now, with what they imply; none without a project. Fails,
   * forbidden, if whoever lent them first has one of them no more.
   */
  public Mono<List<Role>> lentRoles(Session session, Trust trust) {
    return Mono.justOrEmpty(trust.projectId())
        .flatMap(
            project ->
                chain(session, trust.id())
                    .map(chain -> chain.getLast().people().trustorId())
                    .flatMap(lender -> EffectiveRoles.onProject(session, lender, project)))
        .zipWith(roles(session, trust.roleIds()))
        .map(
            both -> {
              Set<String> has = ids(both.getT1());
              Set<String> lent = new HashSet<>(trust.roleIds());
              lent.addAll(ids(both.getT2()));
              if (!has.containsAll(lent)) {
                throw ApiFault.forbidden("Trustee has no delegated roles.");
              }
              return both.getT2();
            })
        .defaultIfEmpty(List.of());
  }

  /** Roles by their ids, and what they imply. */
  private Mono<List<Role>> roles(Session session, List<String> ids) {
    return session
        .sql(CLOSURE)
        .bind("roles", ids.toArray(String[]::new))
        .all(Role::of)
        .collectList();
  }

  private static Set<String> ids(List<Role> roles) {
    return roles.stream().map(Role::id).collect(Collectors.toSet());
  }

  /** Counts a token; fails, forbidden, if there are no uses left. */
  public Mono<Void> use(Session session, Trust trust) {
    return session
        .sql(USE)
        .bind("id", trust.id())
        .execute()
        .doOnNext(
            used -> {
              if (used == 0) {
                throw ApiFault.forbidden("No remaining uses for trust: " + trust.id() + ".");
              }
            })
        .then();
  }
}
