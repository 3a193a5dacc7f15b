package io.virga.control.identity.token;

import io.virga.control.identity.token.AuthRequest.Method;
import java.util.Optional;

/** A way that a client shows who it is, with what there is of the name that it gives. */
sealed interface Shown {

  record Password(Method.Password method, Optional<Accounts.User> user) implements Shown {}

  record Totp(Method.Totp method, Optional<Accounts.User> user) implements Shown {}

  record Token(Method.Token method) implements Shown {}

  record ApplicationCredential(
      Method.ApplicationCredential method, Optional<Accounts.ApplicationCredential> credential)
      implements Shown {}

  /**
   * Whose secret it is: an id, or what the client wrote if there is nothing of that name; empty for
   * what cannot be guessed.
   */
  default Optional<String> claimed() {
    return switch (this) {
      case Password password -> Optional.of(claimed(password.method().user(), password.user()));
      case Totp totp -> Optional.of(claimed(totp.method().user(), totp.user()));
      case ApplicationCredential shown ->
          shown
              .credential()
              .map(Accounts.ApplicationCredential::id)
              .or(() -> Optional.of(shown.method().claimed()));
      case Token _ -> Optional.empty();
    };
  }

  private static String claimed(AuthRequest.Reference named, Optional<Accounts.User> user) {
    return user.map(found -> found.self().id()).orElseGet(named::toString);
  }

  /** Whether wrong ones are counted. */
  default boolean isGuessable() {
    return this instanceof Password || this instanceof Totp;
  }
}
