package io.virga.control.identity.token;

import static io.virga.control.identity.token.Refusals.refused;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.token.AuthRequest.Method;
import io.virga.control.identity.token.AuthRequest.Scope;
import io.virga.control.identity.totp.TotpCredentials;
import io.virga.control.policy.Authenticator;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** From what a client shows to who it is. */
final class Identification {

  private final Database database;
  private final Accounts accounts;
  private final UserPasswords passwords;
  private final TotpCredentials passcodes;
  private final Authenticator authenticator;
  private final InstantSource clock;

  Identification(
      Database database,
      Accounts accounts,
      UserPasswords passwords,
      Authenticator authenticator,
      InstantSource clock) {
    this.database = database;
    this.accounts = accounts;
    this.passwords = passwords;
    this.passcodes = new TotpCredentials(database, clock);
    this.authenticator = authenticator;
    this.clock = clock;
  }

  /** What the client shows, each user and each credential looked up once. */
  Mono<List<Shown>> lookUp(AuthRequest request) {
    return Flux.fromIterable(request.methods())
        .concatMap(Identification::reference)
        .distinct()
        .concatMap(named -> accounts.user(named).map(user -> Map.entry(named, user)))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .flatMap(
            users ->
                Flux.fromIterable(request.methods())
                    .concatMap(method -> lookUp(method, users))
                    .collectList());
  }

  private static Flux<AuthRequest.Reference> reference(Method method) {
    return switch (method) {
      case Method.Password password -> Flux.just(password.user());
      case Method.Totp totp -> Flux.just(totp.user());
      case Method.ApplicationCredential _ -> Flux.empty();
      case Method.Token _ -> Flux.empty();
    };
  }

  private Mono<Shown> lookUp(Method method, Map<AuthRequest.Reference, Accounts.User> users) {
    return switch (method) {
      case Method.Password password ->
          Mono.just(new Shown.Password(password, Optional.ofNullable(users.get(password.user()))));
      case Method.Totp totp ->
          Mono.just(new Shown.Totp(totp, Optional.ofNullable(users.get(totp.user()))));
      case Method.Token token -> Mono.just(new Shown.Token(token));
      case Method.ApplicationCredential credential ->
          accounts
              .applicationCredential(credential)
              .singleOptional()
              .map(found -> new Shown.ApplicationCredential(credential, found));
    };
  }

  /** Whose secrets are shown; empty if none are. Fails, unauthorized, if they are of several. */
  static Optional<String> claimed(List<Shown> shown) {
    List<String> claimed = shown.stream().flatMap(s -> s.claimed().stream()).distinct().toList();
    if (claimed.size() > 1) {
      throw refused("methods of two users");
    }
    return claimed.stream().findFirst();
  }

  Mono<Identified> identify(List<Shown> shown, Scope scope) {
    return Flux.fromIterable(shown)
        .concatMap(one -> identify(one, scope))
        .reduce(Identification::both)
        .doOnNext(Identification::checkFactors)
        .delayUntil(who -> succeeded(shown, who));
  }

  /** Wrong secrets are forgotten when all that was shown is good. */
  private Mono<Void> succeeded(List<Shown> shown, Identified who) {
    return shown.stream().anyMatch(Shown::isGuessable)
        ? passwords.succeeded(database, who.userId(), who.user().state())
        : Mono.empty();
  }

  /** An application credential stands for itself: it was made by who had shown enough. */
  private static void checkFactors(Identified who) {
    if (who.credential().isEmpty()
        && !who.user().state().options().areSatisfiedBy(Set.copyOf(who.methods()))) {
      throw ApiFault.unauthorized(
          "Insufficient auth methods received for %s. Auth Methods Provided: %s."
              .formatted(who.userId(), String.join(", ", who.methods())));
    }
  }

  private Mono<Identified> identify(Shown shown, Scope scope) {
    return switch (shown) {
      case Shown.Password password -> byPassword(password);
      case Shown.Totp totp -> byPasscode(totp);
      case Shown.Token token -> byToken(token.method());
      case Shown.ApplicationCredential credential -> {
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
    if (!one.userId().equals(other.userId())) {
      throw refused("methods of two users");
    }
    List<String> methods =
        Stream.concat(one.methods().stream(), other.methods().stream()).distinct().toList();
    Optional<Instant> notAfter =
        Stream.concat(one.notAfter().stream(), other.notAfter().stream())
            .min(Comparator.naturalOrder());
    return new Identified(one.user(), methods, notAfter, Optional.empty());
  }

  private Mono<Identified> byPassword(Shown.Password shown) {
    return passwords
        .matches(shown.method().password(), shown.user().flatMap(Accounts.User::passwordHash))
        .flatMap(good -> judge(shown.method().user(), shown.user(), good))
        .doOnNext(
            user -> {
              if (user.state().isExpired(clock.instant())) {
                throw ApiFault.unauthorized(
                    "The password is expired and needs to be changed for user: %s."
                        .formatted(user.self().id()));
              }
            })
        .map(user -> shown(user, "password"));
  }

  private Mono<Identified> byPasscode(Shown.Totp shown) {
    return shown
        .user()
        .map(user -> passcodes.use(user.self().id(), shown.method().passcode()))
        .orElse(Mono.just(false))
        .flatMap(good -> judge(shown.method().user(), shown.user(), good))
        .map(user -> shown(user, "totp"));
  }

  private static Identified shown(Accounts.User user, String method) {
    return new Identified(user, List.of(method), Optional.empty(), Optional.empty());
  }

  private Mono<Accounts.User> judge(
      AuthRequest.Reference named, Optional<Accounts.User> found, boolean good) {
    if (found.isEmpty()) {
      return Mono.error(refused("secret of " + named));
    }
    Accounts.User user = found.get();
    return passwords
        .judge(database, user.self().id(), user.state(), good)
        .map(
            verdict ->
                switch (verdict) {
                  case LOCKED -> throw refused("locked account of " + named);
                  case WRONG -> throw refused("secret of " + named);
                  case GOOD -> user;
                })
        .filter(Accounts.User::enabled)
        .switchIfEmpty(Mono.error(() -> refused("disabled account of " + named)));
  }

  private Mono<Identified> byToken(Method.Token method) {
    Claims claims = authenticator.authenticate(method.token()).claims();
    if (claims.delegation().orElse(null) instanceof Delegation.Trust) {
      return Mono.error(
          ApiFault.forbidden("A token that came of a trust is for nothing but its scope."));
    }
    if (claims.delegation().isPresent()) {
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
        .map(
            user ->
                new Identified(user, methods, Optional.of(claims.expiresAt()), Optional.empty()));
  }

  private Mono<Identified> byApplicationCredential(Shown.ApplicationCredential shown) {
    Optional<Accounts.ApplicationCredential> found = shown.credential();
    return passwords
        .matches(shown.method().secret(), found.map(Accounts.ApplicationCredential::secretHash))
        .map(
            good ->
                found
                    .filter(credential -> good && !expired(credential))
                    .orElseThrow(() -> refused("application credential")))
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
                                Optional.of(credential))));
  }

  private boolean expired(Accounts.ApplicationCredential credential) {
    return credential.expiresAt().filter(expiry -> !expiry.isAfter(clock.instant())).isPresent();
  }
}
