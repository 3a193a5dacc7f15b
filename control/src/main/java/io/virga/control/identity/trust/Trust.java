package io.virga.control.identity.trust;

import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.identity.view.Times;
import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A trust.
 *
 * @param people whose roles it lends to whom
 * @param projectId where; empty for a trust that lends no roles
 * @param limits how long and how often it is good
 */
public record Trust(
    String id,
    People people,
    Optional<String> projectId,
    List<String> roleIds,
    Limits limits,
    Redelegation redelegation) {

  /** How often a trust may be lent on at most. */
  static final int MAX_REDELEGATIONS = 3;

  /** All that is read of a trust. */
  static final String COLUMNS =
      """
      SELECT id, trustor_id, trustee_id, impersonation, project_id, role_ids, expires_at,
             remaining_uses, redelegation_count, redelegated_trust_id
        FROM identity_trust
      """;

  /** That it is still good, at {@code :now}. */
  static final String GOOD =
      " (expires_at IS NULL OR expires_at > :now) AND coalesce(remaining_uses, 1) > 0 ";

  /**
   * Who lends and who borrows.
   *
   * @param impersonation whether the trustee's tokens name the trustor as their user
   */
  public record People(String trustorId, String trusteeId, boolean impersonation) {}

  record Limits(Optional<Instant> expiresAt, Optional<Long> remainingUses) {}

  /**
   * Lending on.
   *
   * @param count how often it may still be lent on
   * @param of the trust that was lent on
   */
  record Redelegation(int count, Optional<String> of) {}

  public Trust {
    roleIds = List.copyOf(roleIds);
  }

  static Trust of(Row row) {
    return new Trust(
        row.text("id"),
        new People(row.text("trustor_id"), row.text("trustee_id"), row.flag("impersonation")),
        row.optionalText("project_id"),
        row.texts("role_ids"),
        new Limits(row.optionalTime("expires_at"), row.optionalNumber("remaining_uses")),
        new Redelegation(
            row.integer("redelegation_count"), row.optionalText("redelegated_trust_id")));
  }

  /** What was asked for, before it is held against the trust that it is of. */
  static Trust created(JsonBody body, List<String> roleIds, Instant now) {
    Optional<Instant> expiry =
        body.optionalText("expires_at", 64).map(text -> Times.parse(body.at("expires_at"), text));
    if (expiry.filter(at -> !at.isAfter(now)).isPresent()) {
      throw ApiFault.badRequest(
          "The 'expires_at' must not be before now. The server could not comply with the request"
              + " since it is either malformed or otherwise incorrect. The client is assumed to be"
              + " in error.");
    }
    return new Trust(
        Ids.nextHex(),
        new People(
            body.text("trustor_user_id", 64),
            body.text("trustee_user_id", 64),
            body.strictFlag("impersonation")
                .orElseThrow(
                    () -> ApiFault.badRequest(body.at("impersonation") + ": is required"))),
        body.optionalText("project_id", 64).filter(id -> !id.isEmpty()),
        roleIds,
        new Limits(expiry, body.strictNumber("remaining_uses", 1, Integer.MAX_VALUE)),
        new Redelegation(0, Optional.empty()));
  }

  Trust with(Limits others, Redelegation other) {
    return new Trust(id, people, projectId, roleIds, others, other);
  }

  /** As tokens carry it. */
  public Delegation delegation() {
    return new Delegation.Trust(id, people.trustorId(), people.trusteeId(), people.impersonation());
  }

  /** When it ends, if it does. */
  public Optional<Instant> expiresAt() {
    return limits.expiresAt();
  }

  boolean concerns(String userId) {
    return people.trustorId().equals(userId) || people.trusteeId().equals(userId);
  }

  Statement bind(Statement statement) {
    return statement
        .bind("id", id)
        .bind("trustor", people.trustorId())
        .bind("trustee", people.trusteeId())
        .bind("impersonation", people.impersonation())
        .bind("project", projectId, String.class)
        .bind("roles", roleIds.toArray(String[]::new))
        .bind("expires", limits.expiresAt(), Instant.class)
        .bind("uses", limits.remainingUses().map(Long::intValue), Integer.class)
        .bind("count", redelegation.count())
        .bind("of", redelegation.of(), String.class);
  }

  View view() {
    return View.of("id", id)
        .with("trustor_user_id", people.trustorId())
        .with("trustee_user_id", people.trusteeId())
        .with("impersonation", people.impersonation())
        .with("project_id", projectId)
        .with("expires_at", limits.expiresAt().map(Times::text))
        .with("deleted_at", Optional.empty())
        .with("remaining_uses", limits.remainingUses())
        .with("redelegation_count", redelegation.count())
        .with("redelegated_trust_id", redelegation.of());
  }
}
