package io.virga.control.identity.token;

import static io.virga.control.identity.token.Refusals.refused;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.trust.Trust;
import io.virga.control.identity.trust.Trusts;
import io.virga.dataplane.token.Claims;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** What a trust opens to its trustee. */
final class TrustScoping {

  private final Database database;
  private final Accounts accounts;
  private final Trusts trusts;

  TrustScoping(Database database, Accounts accounts, Trusts trusts) {
    this.database = database;
    this.accounts = accounts;
    this.trusts = trusts;
  }

  /** Counts one use, when all else is good. */
  Mono<Granted> scope(Identified who, String id) {
    return trusts
        .find(database, id)
        .onErrorMap(ApiFault::isNotFound, e -> refused("trust " + id + " that is not good"))
        .flatMap(trust -> scope(who, trust))
        .flatMap(found -> trusts.use(database, found.trust()).thenReturn(found.granted()));
  }

  private record Found(Trust trust, Granted granted) {}

  private Mono<Found> scope(Identified who, Trust trust) {
    if (!trust.people().trusteeId().equals(who.userId())) {
      return Mono.error(ApiFault.forbidden("User is not a trustee."));
    }
    return checkLenders(trust)
        .then(Mono.defer(() -> enabled(trust.people().trustorId())))
        .flatMap(
            trustor ->
                Mono.zip(target(trust), trusts.lentRoles(database, trust))
                    .map(
                        both ->
                            new Found(
                                trust, granted(who, trust, trustor, both.getT1(), both.getT2()))));
  }

  /** Through whosoever's hands the roles have come may still lend them. */
  private Mono<Void> checkLenders(Trust trust) {
    return trusts
        .chain(database, trust.id())
        .flatMapIterable(chain -> chain)
        .map(Trust::people)
        .flatMapIterable(people -> List.of(people.trustorId(), people.trusteeId()))
        .distinct()
        .concatMap(this::enabled)
        .then();
  }

  private Mono<Accounts.User> enabled(String user) {
    return accounts
        .userById(user)
        .filter(Accounts.User::enabled)
        .switchIfEmpty(Mono.error(() -> ApiFault.forbidden("Trustor is disabled.")));
  }

  /** The project; none for a trust without one. */
  private Mono<Optional<Claims.Scope>> target(Trust trust) {
    return trust
        .projectId()
        .map(
            project ->
                Scoping.enabled(accounts.projectById(project))
                    .map(
                        target ->
                            Optional.of(
                                new Claims.Scope(
                                    Claims.ScopeType.PROJECT, target.self(), target.domain()))))
        .orElse(Mono.just(Optional.empty()));
  }

  private static Granted granted(
      Identified who,
      Trust trust,
      Accounts.User trustor,
      Optional<Claims.Scope> scope,
      List<Role> roles) {
    Optional<Instant> notAfter =
        Stream.concat(who.notAfter().stream(), trust.expiresAt().stream())
            .min(Comparator.naturalOrder());
    return new Granted(
        trust.people().impersonation() ? trustor : who.user(),
        scope,
        roles.stream().map(Role::name).toList(),
        Optional.of(trust.delegation()),
        notAfter);
  }
}
