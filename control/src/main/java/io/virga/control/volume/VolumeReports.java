package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Takes in what block stores say of volumes: how far they are, errors, and the end. */
final class VolumeReports implements ObservedHandler {

  private final VolumeStore volumes;
  private final VolumeLife life;

  VolumeReports(VolumeStore volumes, VolumeLife life) {
    this.volumes = volumes;
    this.life = life;
  }

  @Override
  public String kind() {
    return Kind.VOLUME.wireName();
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return Mono.justOrEmpty(Ids.parse(state.id()))
        .flatMap(id -> volumes.lockOfHost(transaction, agent.host(), id))
        .flatMap(volume -> take(transaction, volume, state));
  }

  private Mono<Void> take(Transaction transaction, Volume volume, ObservedState state) {
    boolean fetched = Boolean.parseBoolean(state.details().getOrDefault("fetched", "false"));
    long known = Math.min(volume.observed().generation(), state.generation());
    return switch (state.status()) {
      case ABSENT ->
          volume.desired().presence() == Presence.ABSENT
              ? life.forget(transaction, volume)
              : Mono.empty();
      case READY ->
          observe(
              transaction,
              volume,
              new Volume.Observed(state.generation(), fetched, Optional.empty()));
      case FAILED ->
          state.generation() == volume.desired().generation()
              ? observe(
                  transaction,
                  volume,
                  new Volume.Observed(known, fetched, Optional.of(error(state))))
              : Mono.empty();
      case PENDING -> Mono.empty();
    };
  }

  private Mono<Void> observe(Transaction transaction, Volume volume, Volume.Observed observed) {
    return volumes.observe(transaction, volume.id(), volume.host(), observed);
  }

  private static String error(ObservedState state) {
    return state.error().orElse("The host could not bring the volume about.");
  }
}
