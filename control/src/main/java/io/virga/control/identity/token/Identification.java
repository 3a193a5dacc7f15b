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

  Mono<Identified> identify(AuthRequest request) {
    return Flux.fromIterable(request.methods())
        .concatMap(method -> identify(method, request.scope()))
        .reduce(Identification::both)
        .doOnNext(Identification::checkFactors)
        .delayUntil(who -> succeeded(request, who));
  }

  /** Wrong secrets are forgotten when all that was shown is good. */
  private Mono<Void> succeeded(AuthRequest request, Identified who) {
    boolean guessable =
        request.methods().stream()
            .anyMatch(method -> method instanceof Method.Password || method instanceof Method.Totp);
    return guessable
        ? passwords.succeeded(database, who.userId(), who.user().security().failures())
        : Mono.empty();
  }

  /**
   * Whose secrets are shown: an id, or what the client wrote if there is nothing of that name;
   * empty if none are. Fails, unauthorized, if they are of several.
   */
  Mono<Optional<String>> claimed(AuthRequest request) {
    return Flux.fromIterable(request.methods())
        .concatMap(this::claimed)
        .distinct()
        .collectList()
        .map(
            claimed -> {
              if (claimed.size() > 1) {
                throw refused("methods of two users");
              }
              return claimed.stream().findFirst();
            });
  }

  private Mono<String> claimed(Method shown) {
    return switch (shown) {
      case Method.Password password -> claimed(password.user());
      case Method.Totp totp -> claimed(totp.user());
      case Method.ApplicationCredential credential ->
          accounts
              .applicationCredential(credential)
              .map(Accounts.ApplicationCredential::id)
              .defaultIfEmpty(credential.claimed());
      case Method.Token _ -> Mono.empty();
    };
  }

  private Mono<String> claimed(AuthRequest.Reference named) {
    return accounts.user(named).map(user -> user.self().id()).defaultIfEmpty(named.toString());
  }

  /** An application credential stands for itself: it was made by who had shown enough. */
  private static void checkFactors(Identified who) {
    if (who.credential().isEmpty()
        && !who.user().security().options().areSatisfiedBy(Set.copyOf(who.methods()))) {
      throw ApiFault.unauthorized(
          "Insufficient auth methods received for %s. Auth Methods Provided: %s."
              .formatted(who.userId(), String.join(", ", who.methods())));
    }
  }

  private Mono<Identified> identify(Method shown, Scope scope) {
    return switch (shown) {
      case Method.Password password -> byPassword(password);
      case Method.Totp totp -> byPasscode(totp);
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

  private Mono<Identified> byPassword(Method.Password method) {
    return accounts
        .user(method.user())
        .singleOptional()
        .flatMap(
            found ->
                passwords
                    .matches(method.password(), found.flatMap(Accounts.User::passwordHash))
                    .flatMap(good -> judge(method.user(), found, good)))
        .doOnNext(
            user -> {
              if (user.security().isExpired(clock.instant())) {
                throw ApiFault.unauthorized(
                    "The password is expired and needs to be changed for user: %s."
                        .formatted(user.self().id()));
              }
            })
        .map(user -> shown(user, "password"));
  }

  private Mono<Identified> byPasscode(Method.Totp method) {
    return accounts
        .user(method.user())
        .singleOptional()
        .flatMap(
            found ->
                found
                    .map(user -> passcodes.use(user.self().id(), method.passcode()))
                    .orElse(Mono.just(false))
                    .flatMap(good -> judge(method.user(), found, good)))
        .map(user -> shown(user, "totp"));
  }

  private static Identified shown(Accounts.User user, String method) {
    return new Identified(user, List.of(method), Optional.empty(), Optional.empty());
  }

  /** Counts what was wrong; who is shut out is refused whatever the secret. */
  private Mono<Accounts.User> judge(
      AuthRequest.Reference named, Optional<Accounts.User> found, boolean good) {
    if (found.isEmpty()) {
      return Mono.error(refused("secret of " + named));
    }
    Accounts.User user = found.get();
    Accounts.Security security = user.security();
    if (passwords
        .rules()
        .locks(security.options(), security.failures(), security.failedAt(), clock.instant())) {
      return Mono.error(refused("locked account of " + named));
    }
    if (!good) {
      return passwords
          .failed(database, user.self().id())
          .then(Mono.error(() -> refused("secret of " + named)));
    }
    return user.enabled() ? Mono.just(user) : Mono.error(refused("disabled account of " + named));
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

  private Mono<Identified> byApplicationCredential(Method.ApplicationCredential method) {
    return accounts
        .applicationCredential(method)
        .singleOptional()
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
                                Optional.of(credential))));
  }

  private boolean expired(Accounts.ApplicationCredential credential) {
    return credential.expiresAt().filter(expiry -> !expiry.isAfter(clock.instant())).isPresent();
  }
}
