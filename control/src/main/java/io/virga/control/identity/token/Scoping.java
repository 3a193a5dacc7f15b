package io.virga.control.identity.token;

import static io.virga.control.identity.token.Refusals.refused;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.token.AuthRequest.Scope;
import io.virga.dataplane.token.Claims;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** From who it is to what it may do, where it asked to. */
final class Scoping {

  private final Database database;
  private final Accounts accounts;
  private final TrustScoping trusts;

  Scoping(Database database, Accounts accounts, TrustScoping trusts) {
    this.database = database;
    this.accounts = accounts;
    this.trusts = trusts;
  }

  Mono<Granted> scope(Identified who, Scope scope) {
    Granted unscoped = Granted.of(who, Optional.empty(), List.of());
    return switch (scope) {
      case Scope.Unscoped _ -> Mono.just(unscoped);
      case Scope.Project project -> onProject(who, accounts.project(project.project()));
      case Scope.Domain domain -> onDomain(who, accounts.domain(domain.domain()));
      case Scope.System _ ->
          EffectiveRoles.onSystem(database, who.userId())
              .map(roles -> granted(who, Claims.ScopeType.SYSTEM, Scoping.everything(), roles));
      case Scope.Trust trust -> trusts.scope(who, trust.id());
      case Scope.Default _ -> {
        if (who.credential().isPresent()) {
          yield onProject(who, accounts.projectById(who.credential().get().projectId()));
        }
        yield who.user()
            .defaultProjectId()
            .map(
                id ->
                    onProject(who, accounts.projectById(id))
                        .onErrorReturn(ApiFault::isUnauthorized, unscoped))
            .orElse(Mono.just(unscoped));
      }
    };
  }

  private static Accounts.Target everything() {
    Claims.Named all = new Claims.Named("all", "all");
    return new Accounts.Target(all, all, true);
  }

  private Mono<Granted> onProject(Identified who, Mono<Accounts.Target> project) {
    return enabled(project)
        .flatMap(
            target ->
                EffectiveRoles.onProject(database, who.userId(), target.self().id())
                    .map(roles -> granted(who, Claims.ScopeType.PROJECT, target, roles)));
  }

  private Mono<Granted> onDomain(Identified who, Mono<Accounts.Target> domain) {
    return enabled(domain)
        .flatMap(
            target ->
                EffectiveRoles.onDomain(database, who.userId(), target.self().id())
                    .map(roles -> granted(who, Claims.ScopeType.DOMAIN, target, roles)));
  }

  static Mono<Accounts.Target> enabled(Mono<Accounts.Target> target) {
    return target
        .filter(Accounts.Target::enabled)
        .switchIfEmpty(Mono.error(() -> refused("scope that is not there or disabled")));
  }

  private static Granted granted(
      Identified who, Claims.ScopeType type, Accounts.Target target, List<Role> roles) {
    List<String> names =
        roles.stream()
            .map(Role::name)
            .filter(name -> who.credential().map(c -> c.roles().contains(name)).orElse(true))
            .toList();
    if (names.isEmpty()) {
      throw refused("scope " + target.self() + " without a role for " + who.user());
    }
    return Granted.of(
        who, Optional.of(new Claims.Scope(type, target.self(), target.domain())), names);
  }
}
