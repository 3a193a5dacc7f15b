package io.virga.control.watch;

import io.virga.control.database.Transaction;
import io.virga.control.watch.DesiredStates.Forgotten;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What a transaction has single hosts told and made to forget. It is written at the end of the
 * transaction, all together, each thing as was said last.
 */
final class Outbox implements Transaction.LastStep {

  private static final String PUT =
      """
      INSERT INTO desired_state (kind, id, host, generation, spec, revision, deleted)
      SELECT s.kind, s.id, s.host, s.generation, CAST(s.spec AS jsonb),
             pg_current_xact_id()::text::bigint, false
        FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS text[]), CAST(:hosts AS text[]),
                    CAST(:generations AS bigint[]), CAST(:specs AS text[]))
             AS s(kind, id, host, generation, spec)
       ORDER BY s.kind, s.id, s.host
      ON CONFLICT (kind, id, host) DO UPDATE
         SET generation = excluded.generation, spec = excluded.spec, revision = excluded.revision,
             deleted = false, changed_at = now()
      """;

  private static final String REMOVE =
      """
      UPDATE desired_state d
         SET deleted = true, spec = NULL, revision = pg_current_xact_id()::text::bigint,
             changed_at = now()
        FROM unnest(CAST(:hosts AS text[]), CAST(:kinds AS text[]), CAST(:ids AS text[]))
             AS t(host, kind, id)
       WHERE d.kind = t.kind AND d.id = t.id AND d.host = t.host AND NOT d.deleted
      """;

  private final Transaction transaction;
  private final Runnable wake;
  private final Map<Forgotten, Optional<DesiredState>> said = new LinkedHashMap<>();

  /**
   * Empty.
   *
   * @param wake called after the commit; must not block
   */
  Outbox(Transaction transaction, Runnable wake) {
    this.transaction = transaction;
    this.wake = wake;
  }

  void put(String host, DesiredState desired) {
    said.put(new Forgotten(host, Kind.of(desired.getClass()), desired.id()), Optional.of(desired));
  }

  void remove(Forgotten thing) {
    said.put(thing, Optional.empty());
  }

  /** From the commit on, hosts are told to forget the things; how many they had been told of. */
  static Mono<Long> remove(Transaction transaction, List<Forgotten> things) {
    return transaction
        .sql(REMOVE)
        .bind("hosts", DesiredStates.texts(things, Forgotten::host))
        .bind("kinds", DesiredStates.texts(things, thing -> thing.kind().wireName()))
        .bind("ids", DesiredStates.texts(things, Forgotten::id))
        .execute();
  }

  @Override
  public Mono<Void> run() {
    List<Forgotten> removed =
        said.entrySet().stream()
            .filter(one -> one.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    transaction.afterCommit(wake);
    return (removed.isEmpty() ? Mono.just(0L) : remove(transaction, removed)).then(put());
  }

  private Mono<Void> put() {
    List<Told> told =
        said.entrySet().stream()
            .flatMap(one -> one.getValue().map(spec -> new Told(one.getKey(), spec)).stream())
            .toList();
    return told.isEmpty()
        ? Mono.empty()
        : transaction
            .sql(PUT)
            .bind("kinds", DesiredStates.texts(told, one -> one.thing().kind().wireName()))
            .bind("ids", DesiredStates.texts(told, one -> one.thing().id()))
            .bind("hosts", DesiredStates.texts(told, one -> one.thing().host()))
            .bind(
                "generations",
                told.stream().map(one -> one.spec().generation()).toArray(Long[]::new))
            .bind("specs", DesiredStates.texts(told, one -> Json.text(one.spec())))
            .execute()
            .then();
  }

  /** What a host is told of a thing. */
  private record Told(Forgotten thing, DesiredState spec) {}
}
