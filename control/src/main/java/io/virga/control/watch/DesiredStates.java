package io.virga.control.watch;

import io.virga.control.database.Transaction;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The outbox: what is desired of each host, written in the transaction that changes the API's own
 * rows.
 *
 * <p><b>Revisions.</b> A row's revision is the id of the transaction that wrote it ({@code
 * pg_current_xact_id}), not a sequence: sequence values commit out of order, so a reader that has
 * seen 7 could miss 6. A reader takes only rows below {@code pg_snapshot_xmin}, the oldest
 * transaction that was still running when it looked. Everything below has ended, all of it is
 * visible, and every transaction to come has a higher id: what is below that horizon is complete
 * for ever. Rows of one transaction share a revision and are always read together. Writers wait for
 * nobody; a change is told as soon as every older writing transaction has ended.
 */
public final class DesiredStates {

  /** The host of what every host of a service is told. */
  public static final String EVERY_HOST = "*";

  private static final Map<Class<?>, Kind> KINDS =
      Arrays.stream(Kind.values()).collect(Collectors.toMap(Kind::recordType, Function.identity()));

  private static final String PUT =
      """
      INSERT INTO desired_state (kind, id, host, generation, spec, revision, deleted)
      VALUES (:kind, :id, :host, :generation, CAST(:spec AS jsonb),
              pg_current_xact_id()::text::bigint, false)
      ON CONFLICT (kind, id, host) DO UPDATE
         SET generation = excluded.generation, spec = excluded.spec, revision = excluded.revision,
             deleted = false, changed_at = now()
      """;

  private static final String REMOVE =
      """
      UPDATE desired_state
         SET deleted = true, spec = NULL, revision = pg_current_xact_id()::text::bigint,
             changed_at = now()
       WHERE kind = :kind AND id = :id AND host = :host AND NOT deleted
      """;

  private static final String CURRENT =
      """
      SELECT spec::text AS spec FROM desired_state WHERE kind = :kind AND host = :host AND NOT deleted
      """;

  private static final String GENERATION =
      """
      SELECT coalesce(max(generation), 0) AS generation
        FROM desired_state WHERE kind = :kind AND id = :id AND host = :host
      """;

  private final Runnable wake;

  /**
   * @param wake called after each commit that changed something; must not block
   */
  public DesiredStates(Runnable wake) {
    this.wake = wake;
  }

  /**
   * From the commit on, the host is told that the thing shall be so.
   *
   * @param host a host's name, or {@link #EVERY_HOST}
   */
  public Mono<Void> put(Transaction transaction, String host, DesiredState desired) {
    transaction.afterCommit(wake);
    return transaction
        .sql(PUT)
        .bind("kind", kindOf(desired).wireName())
        .bind("id", desired.id())
        .bind("host", host)
        .bind("generation", desired.generation())
        .bindJson("spec", desired)
        .execute()
        .then();
  }

  /**
   * From the commit on, the host is told to forget the thing. For things that hold data, first put
   * them with presence ABSENT and remove them when the agent has reported ABSENT.
   */
  public Mono<Void> remove(Transaction transaction, String host, Kind kind, String id) {
    transaction.afterCommit(wake);
    return transaction
        .sql(REMOVE)
        .bind("kind", kind.wireName())
        .bind("id", id)
        .bind("host", host)
        .execute()
        .then();
  }

  /**
   * The generation that the host was last told of the thing, also if it was taken back since; 0 if
   * it never was. What comes again must not come under a generation that the host may still know.
   */
  public Mono<Long> generation(Transaction transaction, String host, DesiredState thing) {
    return transaction
        .sql(GENERATION)
        .bind("kind", kindOf(thing).wireName())
        .bind("id", thing.id())
        .bind("host", host)
        .one(row -> row.number("generation"));
  }

  /** What the host is told of one kind, as the transaction sees it. */
  public <T extends DesiredState> Flux<T> current(
      Transaction transaction, String host, Class<T> type) {
    Kind kind = Objects.requireNonNull(KINDS.get(type));
    return transaction
        .sql(CURRENT)
        .bind("kind", kind.wireName())
        .bind("host", host)
        .all(row -> row.json("spec", type));
  }

  private static Kind kindOf(DesiredState desired) {
    Kind kind = KINDS.get(desired.getClass());
    if (kind == null) {
      throw new IllegalArgumentException("no kind for " + desired.getClass());
    }
    return kind;
  }
}
