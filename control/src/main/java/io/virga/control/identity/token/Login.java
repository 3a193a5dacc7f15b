package io.virga.control.identity.token;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.roles.Role;
import io.virga.control.identity.token.AuthRequest.Method;
import io.virga.control.identity.token.AuthRequest.Scope;
import io.virga.control.policy.Authenticator;
import io.virga.dataplane.token.Claims;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * From what a client shows to a token. Whatever is wrong with the user, the secret, the scope or
 * the roles, the client hears the same sentence, as from keystone; the log says which.
 */
final class Login {

  private static final Logger log = LoggerFactory.getLogger(Login.class);

  private final Database database;
  private final Accounts accounts;
  private final Passwords passwords;
  private final Authenticator authenticator;
  private final TokenIssuer issuer;
  private final InstantSource clock;

  Login(
      Database database,
      Passwords passwords,
      Authenticator authenticator,
      TokenIssuer issuer,
      InstantSource clock) {
    this.database = database;
    this.accounts = new Accounts(database);
    this.passwords = passwords;
    this.authenticator = authenticator;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * A user who has shown who it is.
   *
   * @param notAfter when that which was shown expires
   * @param onlyProject the one project that may be asked for, for application credentials
   * @param onlyRoles the most roles that are given, for application credentials
   */
  private record Identified(
      Accounts.User user,
      List<String> methods,
      Optional<Instant> notAfter,
      Optional<String> applicationCredentialId,
      Optional<String> onlyProject,
      Optional<List<String>> onlyRoles) {}

  /** A scope with the roles that the user has in it. */
  private record Granted(Optional<Claims.Scope> scope, List<String> roles) {}

  Mono<TokenIssuer.Issued> login(AuthRequest request) {
    return identify(request)
        .flatMap(
            who ->
                scope(who, request.scope())
                    .map(
                        granted ->
                            issuer.issue(
                                new TokenIssuer.Bearer(
                                    who.user().self(),
                                    who.user().domain(),
                                    granted.scope(),
                                    granted.roles(),
                                    who.methods(),
                                    who.applicationCredentialId()),
                                who.notAfter())));
  }

  private Mono<Identified> identify(AuthRequest request) {
    return Flux.fromIterable(request.methods())
        .concatMap(method -> identify(method, request.scope()))
        .reduce(Login::both);
  }

  private Mono<Identified> identify(Method shown, Scope scope) {
    return switch (shown) {
      case Method.Password password -> byPassword(password);
      case Method.Token token -> byToken(token);
      case Method.ApplicationCredential credential -> {
        if (!(scope instanceof Scope.Default)) {
          yield Mono.error(
              ApiFault.unauthorized("Application credentials cannot request a scope."));
        }
        yield byApplicationCredential(credential);
      }
    };
  }

  /** What was shown in two ways must be of one user, and holds no longer than either. */
  private static Identified both(Identified one, Identified other) {
    if (!one.user().self().id().equals(other.user().self().id())) {
      throw refused("methods of two users");
    }
    List<String> methods =
        Stream.concat(one.methods().stream(), other.methods().stream()).distinct().toList();
    Optional<Instant> notAfter =
        Stream.concat(one.notAfter().stream(), other.notAfter().stream())
            .min(Comparator.naturalOrder());
    return identified(one.user(), methods, notAfter);
  }

  private Mono<Identified> byPassword(Method.Password method) {
    return accounts
        .user(method.user())
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(
            found ->
                passwords
                    .matches(method.password(), found.flatMap(Accounts.User::passwordHash))
                    .map(
                        good -> {
                          Accounts.User user =
                              found
                                  .filter(u -> good && u.enabled())
                                  .orElseThrow(() -> refused("password of " + method.user()));
                          return identified(user, List.of("password"), Optional.empty());
                        }));
  }

  private Mono<Identified> byToken(Method.Token method) {
    Claims claims = authenticator.authenticate(method.token()).claims();
    if (claims.applicationCredentialId().isPresent()) {
      return Mono.error(refused("token of an application credential"));
    }
    List<String> methods = new ArrayList<>(claims.methods());
    if (!methods.contains("token")) {
      methods.add("token");
    }
    return accounts
        .userById(claims.user().id())
        .filter(Accounts.User::enabled)
        .switchIfEmpty(Mono.error(() -> refused("token of a user who is gone or disabled")))
        .map(user -> identified(user, methods, Optional.of(claims.expiresAt())));
  }

  private Mono<Identified> byApplicationCredential(Method.ApplicationCredential method) {
    return accounts
        .applicationCredential(method)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(
            found ->
                passwords
                    .matches(method.secret(), found.map(Accounts.ApplicationCredential::secretHash))
                    .map(
                        good ->
                            found
                                .filter(c -> good && !expired(c))
                                .orElseThrow(() -> refused("application credential"))))
        .flatMap(
            credential ->
                accounts
                    .userById(credential.userId())
                    .filter(Accounts.User::enabled)
                    .switchIfEmpty(Mono.error(() -> refused("disabled user")))
                    .map(
                        user ->
                            new Identified(
                                user,
                                List.of("application_credential"),
                                credential.expiresAt(),
                                Optional.of(credential.id()),
                                Optional.of(credential.projectId()),
                                Optional.of(credential.roles()))));
  }

  private boolean expired(Accounts.ApplicationCredential credential) {
    return credential.expiresAt().filter(expiry -> !expiry.isAfter(clock.instant())).isPresent();
  }

  private static Identified identified(
      Accounts.User user, List<String> methods, Optional<Instant> notAfter) {
    return new Identified(
        user, methods, notAfter, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private Mono<Granted> scope(Identified who, Scope scope) {
    Granted unscoped = new Granted(Optional.empty(), List.of());
    return switch (scope) {
      case Scope.Unscoped _ -> Mono.just(unscoped);
      case Scope.Project project -> onProject(who, accounts.project(project.project()));
      case Scope.Domain domain -> onDomain(who, accounts.domain(domain.domain()));
      case Scope.System _ ->
          EffectiveRoles.onSystem(database, who.user().self().id())
              .map(roles -> granted(who, Claims.ScopeType.SYSTEM, Login.everything(), roles));
      case Scope.Default _ -> {
        if (who.onlyProject().isPresent()) {
          yield onProject(who, accounts.projectById(who.onlyProject().get()));
        }
        yield who.user()
            .defaultProjectId()
            .map(
                id ->
                    onProject(who, accounts.projectById(id))
                        .onErrorReturn(Login::isRefusal, unscoped))
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
                EffectiveRoles.onProject(database, who.user().self().id(), target.self().id())
                    .map(roles -> granted(who, Claims.ScopeType.PROJECT, target, roles)));
  }

  private Mono<Granted> onDomain(Identified who, Mono<Accounts.Target> domain) {
    return enabled(domain)
        .flatMap(
            target ->
                EffectiveRoles.onDomain(database, who.user().self().id(), target.self().id())
                    .map(roles -> granted(who, Claims.ScopeType.DOMAIN, target, roles)));
  }

  private static Mono<Accounts.Target> enabled(Mono<Accounts.Target> target) {
    return target
        .filter(Accounts.Target::enabled)
        .switchIfEmpty(Mono.error(() -> refused("scope that is not there or disabled")));
  }

  private static Granted granted(
      Identified who, Claims.ScopeType type, Accounts.Target target, List<Role> roles) {
    List<String> names =
        roles.stream()
            .map(Role::name)
            .filter(name -> who.onlyRoles().map(only -> only.contains(name)).orElse(true))
            .toList();
    if (names.isEmpty()) {
      throw refused("scope " + target.self() + " without a role for " + who.user());
    }
    return new Granted(Optional.of(new Claims.Scope(type, target.self(), target.domain())), names);
  }

  private static boolean isRefusal(Throwable error) {
    return error instanceof ApiFault fault && fault.kind() == FaultKind.UNAUTHORIZED;
  }

  private static ApiFault refused(String reason) {
    log.info("login refused: {}", reason);
    return ApiFault.unauthorized(LocalAuthenticator.REQUIRED);
  }
}
