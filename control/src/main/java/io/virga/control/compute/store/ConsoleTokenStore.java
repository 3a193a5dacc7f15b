package io.virga.control.compute.store;

import io.virga.control.compute.model.Console;
import io.virga.control.database.Session;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The tokens that open consoles, until they expire; by their hashes alone. */
public final class ConsoleTokenStore {

  private static final String INSERT =
      """
      WITH expired AS (DELETE FROM console_token WHERE expires_at < now())
      INSERT INTO console_token (hash, server_id, console, expires_at)
      VALUES (:hash, :server, :console, now() + make_interval(secs => :seconds))
      """;

  /** What a token opens. */
  public record Opens(UUID serverId, Console console) {}

  /** Makes one, and forgets those that have expired. */
  public Mono<Void> insert(Session session, String hash, Opens opens, Duration lifetime) {
    return session
        .sql(INSERT)
        .bind("hash", hash)
        .bind("server", opens.serverId())
        .bind("console", opens.console().name())
        .bind("seconds", (double) lifetime.toSeconds())
        .execute()
        .then();
  }

  /** What it opens now; empty if it is none, or has expired. */
  public Mono<Opens> find(Session session, String hash) {
    return session
        .sql(
            """
            SELECT server_id, console FROM console_token WHERE hash = :hash AND expires_at >= now()
            """)
        .bind("hash", hash)
        .one(row -> new Opens(row.uuid("server_id"), Console.valueOf(row.text("console"))));
  }
}
