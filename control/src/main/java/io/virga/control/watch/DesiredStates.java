package io.virga.control.watch;

import io.virga.control.database.Transaction;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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

  /** Each spec comes once, with its place in the list; the hosts name them by it. */
  private static final String TELL =
      """
      INSERT INTO desired_state (kind, id, host, generation, spec, revision, deleted)
      SELECT s.kind, s.id, t.host, 1, CAST(s.spec AS jsonb), pg_current_xact_id()::text::bigint, false
        FROM unnest(CAST(:hosts AS text[]), CAST(:places AS integer[])) AS t(host, place)
        JOIN unnest(CAST(:kinds AS text[]), CAST(:ids AS text[]), CAST(:specs AS text[]))
             WITH ORDINALITY AS s(kind, id, spec, place) ON s.place = t.place
      ON CONFLICT (kind, id, host) DO UPDATE
         SET generation = desired_state.generation + 1,
             spec = jsonb_set(excluded.spec, '{generation}', to_jsonb(desired_state.generation + 1)),
             revision = excluded.revision, deleted = false, changed_at = now()
       WHERE desired_state.spec - 'generation' IS DISTINCT FROM excluded.spec - 'generation'
      """;

  private static final int MAX_TOLD_AT_ONCE = 1000;

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
    return Mono.fromRunnable(() -> outbox(transaction).put(host, desired));
  }

  /**
   * From the commit on, the host is told to forget the thing. For things that hold data, first put
   * them with presence ABSENT and remove them when the agent has reported ABSENT.
   */
  public Mono<Void> remove(Transaction transaction, String host, Kind kind, String id) {
    return Mono.fromRunnable(() -> outbox(transaction).remove(new Forgotten(host, kind, id)));
  }

  private Outbox outbox(Transaction transaction) {
    return transaction.lastStep(Outbox.class, () -> new Outbox(transaction, wake));
  }

  /** A thing, and hosts that are told of it, or are no longer. */
  public record Told(DesiredState desired, Set<String> hosts) {

    public Told {
      hosts = Set.copyOf(hosts);
    }
  }

  /**
   * From the commit on, the hosts are told that the things shall be so; those that have been told
   * just that are not told again. The generation that counts is the host's own: one more than that
   * of what it was told last, also if that was taken back since.
   */
  public Mono<Void> tell(Transaction transaction, List<Told> things) {
    return Flux.fromIterable(things)
        .buffer(MAX_TOLD_AT_ONCE)
        .concatMap(some -> tellSome(transaction, some))
        .then();
  }

  /** From the commit on, each host is told to forget the thing that is named beside it. */
  public Mono<Void> remove(Transaction transaction, List<Forgotten> things) {
    if (things.isEmpty()) {
      return Mono.empty();
    }
    return wakeIfAny(transaction, Outbox.remove(transaction, things));
  }

  /** A thing that a host is no longer told of. */
  public record Forgotten(String host, Kind kind, String id) {}

  private Mono<Void> tellSome(Transaction transaction, List<Told> things) {
    List<String> hosts = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < things.size(); i++) {
      for (String host : things.get(i).hosts()) {
        hosts.add(host);
        places.add(i + 1);
      }
    }
    return wakeIfAny(
        transaction,
        transaction
            .sql(TELL)
            .bind("hosts", hosts.toArray(String[]::new))
            .bind("places", places.toArray(Integer[]::new))
            .bind("kinds", texts(things, thing -> Kind.of(thing.desired().getClass()).wireName()))
            .bind("ids", texts(things, thing -> thing.desired().id()))
            .bind("specs", texts(things, thing -> Json.text(thing.desired())))
            .execute());
  }

  private Mono<Void> wakeIfAny(Transaction transaction, Mono<Long> rows) {
    return rows.doOnNext(
            written -> {
              if (written > 0) {
                transaction.afterCommit(wake);
              }
            })
        .then();
  }

  static <T> String[] texts(List<T> things, Function<T, String> text) {
    return things.stream().map(text).toArray(String[]::new);
  }
}
