package io.virga.control.identity.directory;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of those in a domain when it is shut or deleted. */
final class DomainMembers {

  private static final String MEMBERS =
      """
      SELECT id, true AS is_user FROM identity_user WHERE domain_id = :id
      UNION ALL SELECT id, false FROM identity_project WHERE domain_id = :id
      """;

  private final Revocations revocations;
  private final S3Credentials s3;

  DomainMembers(Revocations revocations, S3Credentials s3) {
    this.revocations = revocations;
    this.s3 = s3;
  }

  private record Member(String id, boolean isUser) {}

  Mono<Void> changed(Transaction transaction, Domain before, Domain after) {
    boolean disabled = before.enabled() && !after.enabled();
    return (disabled ? revoke(transaction, after.id()) : Mono.<Void>empty())
        .then(s3.domainChanged(transaction, after.id()));
  }

  /**
   * @param removed deletes the domain
   */
  Mono<Void> delete(Transaction transaction, Domain domain, Mono<Void> removed) {
    if (domain.enabled()) {
      throw ApiFault.forbidden("Cannot delete a domain that is enabled, please disable it first.");
    }
    return of(transaction, domain.id())
        .concatMap(member -> s3.removeAllOf(transaction, member.id()))
        .then(revoke(transaction, domain.id()))
        .then(roleIds(transaction, domain.id()))
        .flatMap(roles -> deleteWithRoles(transaction, roles, removed));
  }

  /** Roles of other domains may stand for this one's, which go with it. */
  private Mono<Void> deleteWithRoles(
      Transaction transaction, List<String> roles, Mono<Void> removed) {
    return Flux.fromIterable(roles)
        .concatMap(role -> revocations.revokeBearers(transaction, role))
        .then(removed)
        .then(roles.isEmpty() ? Mono.empty() : s3.rolesChanged(transaction));
  }

  private static Mono<List<String>> roleIds(Transaction transaction, String id) {
    return transaction
        .sql("SELECT id FROM identity_role WHERE domain_id = :id")
        .bind("id", id)
        .all(row -> row.text("id"))
        .collectList();
  }

  private Mono<Void> revoke(Transaction transaction, String id) {
    return of(transaction, id)
        .concatMap(
            member ->
                member.isUser()
                    ? revocations.revokeUser(transaction, member.id())
                    : revocations.revokeProject(transaction, member.id()))
        .then();
  }

  private static Flux<Member> of(Transaction transaction, String id) {
    return transaction
        .sql(MEMBERS)
        .bind("id", id)
        .all(row -> new Member(row.text("id"), row.flag("is_user")))
        .collectList()
        .flatMapMany(Flux::fromIterable);
  }
}
