package io.virga.control.identity.token;

import static io.virga.control.identity.token.Refusals.refused;

import io.virga.control.fault.ApiFault;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.token.AuthRequest.Method;
import io.virga.control.identity.token.AuthRequest.Scope;
import io.virga.control.policy.Authenticator;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** From what a client shows to who it is. */
final class Identification {

  private final Accounts accounts;
  private final Passwords passwords;
  private final Authenticator authenticator;
  private final InstantSource clock;

  Identification(
      Accounts accounts, Passwords passwords, Authenticator authenticator, InstantSource clock) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.authenticator = authenticator;
    this.clock = clock;
  }

  Mono<Identified> identify(AuthRequest request) {
    return Flux.fromIterable(request.methods())
        .concatMap(method -> identify(method, request.scope()))
        .reduce(Identification::both);
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
                          return new Identified(
                              user, List.of("password"), Optional.empty(), Optional.empty());
                        }));
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
                                Optional.of(credential))));
  }

  private boolean expired(Accounts.ApplicationCredential credential) {
    return credential.expiresAt().filter(expiry -> !expiry.isAfter(clock.instant())).isPresent();
  }
}
