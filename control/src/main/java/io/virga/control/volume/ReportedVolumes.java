package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.model.UserMessage;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.MessageStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Volumes, as block stores report them. */
record ReportedVolumes(VolumeStore volumes, VolumeLife life)
    implements BlockReports.Things<Volume> {

  @Override
  public Mono<Volume> lockOfHost(Transaction transaction, String host, UUID id) {
    return volumes.lockOfHost(transaction, host, id);
  }

  @Override
  public BlockReports.Standing standing(Volume volume) {
    return new BlockReports.Standing(
        volume.desired().presence(), volume.desired().generation(), volume.observed().generation());
  }

  @Override
  public Mono<Void> ready(Transaction transaction, String host, UUID id, ObservedState state) {
    return volumes.observe(
        transaction,
        id,
        host,
        new Volume.Observed(state.generation(), isFetched(state), Optional.empty()));
  }

  @Override
  public Mono<Void> failed(
      Transaction transaction, Volume volume, ObservedState state, long generation, String error) {
    return volumes
        .observe(
            transaction,
            volume.id(),
            volume.host(),
            new Volume.Observed(generation, isFetched(state), Optional.of(error)))
        .then(
            Mono.justOrEmpty(event(volume))
                .filter(event -> volume.observed().error().isEmpty())
                .flatMap(
                    event ->
                        new MessageStore()
                            .insert(
                                transaction,
                                new MessageStore.Addressee(volume.projectId(), ""),
                                event,
                                volume.id())));
  }

  private static boolean isFetched(ObservedState state) {
    return Boolean.parseBoolean(state.details().getOrDefault("fetched", "false"));
  }

  /** What its owner is told of a failure; nothing of root disks, which only the cloud knows. */
  private static Optional<UserMessage.Event> event(Volume volume) {
    long reached = volume.observed().generation();
    if (volume.root() || volume.desired().presence() == Presence.ABSENT) {
      return Optional.empty();
    }
    if (reached == 0) {
      return Optional.of(
          volume.source() instanceof VolumeSource.Image
              ? UserMessage.Event.IMAGE_NOT_COPIED
              : UserMessage.Event.NOT_MADE);
    }
    return Optional.of(UserMessage.Event.NOT_EXTENDED)
        .filter(event -> reached < volume.desired().resizeGeneration());
  }

  @Override
  public Mono<Void> forget(Transaction transaction, Volume volume) {
    return life.forget(transaction, volume);
  }
}
