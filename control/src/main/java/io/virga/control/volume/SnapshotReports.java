package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Takes in what block stores say of snapshots. */
final class SnapshotReports implements ObservedHandler {

  private final SnapshotStore snapshots;
  private final SnapshotLife life;

  SnapshotReports(SnapshotStore snapshots, SnapshotLife life) {
    this.snapshots = snapshots;
    this.life = life;
  }

  @Override
  public String kind() {
    return Kind.SNAPSHOT.wireName();
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return Mono.justOrEmpty(Ids.parse(state.id()))
        .flatMap(id -> snapshots.lockOfHost(transaction, agent.host(), id))
        .flatMap(snapshot -> take(transaction, snapshot, state));
  }

  private Mono<Void> take(Transaction transaction, Snapshot snapshot, ObservedState state) {
    long known = Math.min(snapshot.observed().generation(), state.generation());
    return switch (state.status()) {
      case ABSENT ->
          snapshot.desired().presence() == Presence.ABSENT
              ? life.forget(transaction, snapshot)
              : Mono.empty();
      case READY ->
          observe(
              transaction, snapshot, new Snapshot.Observed(state.generation(), Optional.empty()));
      case FAILED ->
          state.generation() == snapshot.desired().generation()
              ? observe(
                  transaction, snapshot, new Snapshot.Observed(known, Optional.of(error(state))))
              : Mono.empty();
      case PENDING -> Mono.empty();
    };
  }

  private Mono<Void> observe(
      Transaction transaction, Snapshot snapshot, Snapshot.Observed observed) {
    return snapshots.observe(transaction, snapshot.id(), snapshot.host(), observed);
  }

  private static String error(ObservedState state) {
    return state.error().orElse("The host could not take the snapshot.");
  }
}
