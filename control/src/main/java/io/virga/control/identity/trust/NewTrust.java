package io.virga.control.identity.trust;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * How often a new trust may be lent on, and that one which is lent on gives no more than it has.
 */
final class NewTrust {

  private NewTrust() {}

  /** A trust of the user's own roles. */
  static Trust own(Trust asked, JsonBody body) {
    Optional<Long> count = count(body);
    boolean redelegatable = redelegatable(asked, body, count);
    return asked.with(
        asked.limits(),
        new Trust.Redelegation(
            redelegatable ? count.map(Long::intValue).orElse(Trust.MAX_REDELEGATIONS) : 0,
            Optional.empty()));
  }

  /**
   * A trust of roles that are lent already.
   *
   * @param chain the trust that is lent on, and those which that one is of
   */
  static Trust redelegated(Trust asked, JsonBody body, List<Trust> chain) {
    Trust source = chain.getFirst();
    Optional<Long> count = count(body);
    int remaining = source.redelegation().count() - 1;
    boolean redelegatable = redelegatable(asked, body, count);
    if (redelegatable && count.filter(n -> n != remaining).isPresent()) {
      throw ApiFault.forbidden(
          "Modifying \"redelegation_count\" upon redelegation is forbidden. Omitting this parameter"
              + " is advised.");
    }
    chain.forEach(link -> check(link, asked));
    Optional<Instant> expiry = asked.limits().expiresAt().or(() -> source.limits().expiresAt());
    return asked.with(
        new Trust.Limits(expiry, Optional.empty()),
        new Trust.Redelegation(redelegatable ? remaining : 0, Optional.of(source.id())));
  }

  private static Optional<Long> count(JsonBody body) {
    Optional<Long> count = body.strictNumber("redelegation_count", 0, Integer.MAX_VALUE);
    if (count.filter(n -> n > Trust.MAX_REDELEGATIONS).isPresent()) {
      throw ApiFault.forbidden(
          "Requested redelegation depth of %d is greater than allowed %d"
              .formatted(count.get(), Trust.MAX_REDELEGATIONS));
    }
    return count;
  }

  private static boolean redelegatable(Trust asked, JsonBody body, Optional<Long> count) {
    boolean redelegatable =
        body.strictFlag("allow_redelegation", false) && count.filter(n -> n == 0).isEmpty();
    if (redelegatable && asked.limits().remainingUses().isPresent()) {
      throw ApiFault.badRequest("remaining_uses must not be set if redelegation is allowed");
    }
    return redelegatable;
  }

  private static void check(Trust source, Trust asked) {
    int depth = source.redelegation().count();
    refuse(
        depth <= 0 || depth > Trust.MAX_REDELEGATIONS,
        "Remaining redelegation depth of %d out of allowed range of [0..%d]"
            .formatted(depth, Trust.MAX_REDELEGATIONS));
    refuse(
        asked.limits().remainingUses().isPresent(),
        "Field \"remaining_uses\" is set to %s while it must not be set in order to redelegate a"
                .formatted(asked.limits().remainingUses().orElse(0L))
            + " trust");
    refuse(
        asked.limits().expiresAt().isPresent()
            && source
                .limits()
                .expiresAt()
                .filter(end -> end.isBefore(asked.limits().expiresAt().get()))
                .isPresent(),
        "Requested expiration time is more than redelegated trust can provide");
    refuse(
        !new HashSet<>(source.roleIds()).containsAll(asked.roleIds())
            || !source.projectId().equals(asked.projectId()),
        "Some of requested roles are not in redelegated trust");
    refuse(
        asked.people().impersonation() && !source.people().impersonation(),
        "Impersonation is not allowed because redelegated trust does not specify impersonation."
            + " Redelegated trust id: "
            + source.id());
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw ApiFault.forbidden(why);
    }
  }
}
