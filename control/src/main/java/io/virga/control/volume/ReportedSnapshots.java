package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.UserMessage;
import io.virga.control.volume.store.MessageStore;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Snapshots, as block stores report them. */
record ReportedSnapshots(SnapshotStore snapshots, SnapshotLife life)
    implements BlockReports.Things<Snapshot> {

  @Override
  public Mono<Snapshot> lockOfHost(Transaction transaction, String host, UUID id) {
    return snapshots.lockOfHost(transaction, host, id);
  }

  @Override
  public BlockReports.Standing standing(Snapshot snapshot) {
    return new BlockReports.Standing(
        snapshot.desired().presence(),
        snapshot.desired().generation(),
        snapshot.observed().generation());
  }

  @Override
  public Mono<Void> ready(Transaction transaction, String host, UUID id, ObservedState state) {
    return snapshots.observe(
        transaction, id, host, new Snapshot.Observed(state.generation(), Optional.empty()));
  }

  @Override
  public Mono<Void> failed(
      Transaction transaction,
      Snapshot snapshot,
      ObservedState state,
      long generation,
      String error) {
    boolean goes = snapshot.desired().presence() == Presence.ABSENT;
    Mono<Void> told =
        new MessageStore()
            .insert(
                transaction,
                new MessageStore.Addressee(snapshot.projectId(), ""),
                goes ? UserMessage.Event.SNAPSHOT_NOT_DELETED : UserMessage.Event.SNAPSHOT_NOT_MADE,
                snapshot.id());
    return snapshots
        .observe(
            transaction,
            snapshot.id(),
            snapshot.host(),
            new Snapshot.Observed(generation, Optional.of(error)))
        .then(snapshot.observed().error().isEmpty() ? told : Mono.empty());
  }

  @Override
  public Mono<Void> forget(Transaction transaction, Snapshot snapshot) {
    return life.forget(transaction, snapshot);
  }
}
