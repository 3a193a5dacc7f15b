package io.virga.control.identity.totp;

import io.virga.control.database.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks passcodes against users' secrets. A passcode is good once. */
public final class TotpCredentials {

  private static final String OF_USER =
      """
      SELECT id, blob FROM identity_credential WHERE user_id = :user AND type = 'totp' ORDER BY id
      """;

  private static final String USE =
      """
      UPDATE identity_credential SET used_step = :step WHERE id = :id AND used_step < :step
      """;

  private final Database database;
  private final InstantSource clock;

  public TotpCredentials(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  private record Secret(String id, Optional<byte[]> bytes) {}

  /** Whether it is a passcode of one of the user's secrets, and has not been used. */
  public Mono<Boolean> use(String userId, String passcode) {
    return database
        .sql(OF_USER)
        .bind("user", userId)
        .all(row -> new Secret(row.text("id"), Totp.secret(row.text("blob"))))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(secret -> use(secret, passcode))
        .any(used -> used);
  }

  private Mono<Boolean> use(Secret secret, String passcode) {
    OptionalLong step =
        secret.bytes().isPresent()
            ? Totp.step(secret.bytes().get(), passcode, clock.instant())
            : OptionalLong.empty();
    return step.isEmpty()
        ? Mono.just(false)
        : database
            .sql(USE)
            .bind("id", secret.id())
            .bind("step", step.getAsLong())
            .execute()
            .map(updated -> updated > 0);
  }
}
