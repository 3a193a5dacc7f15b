package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import reactor.core.publisher.Mono;

/** What else can be done to a locked volume, within the transaction that has locked it. */
public final class VolumeActions {

  /** What a volume may be made to show. */
  public static final List<String> STATUSES =
      List.of(
          "creating",
          "available",
          "deleting",
          "error",
          "error_deleting",
          "attaching",
          "detaching",
          "in-use",
          "maintenance");

  private final VolumeStore volumes;
  private final TypeStore types;
  private final VolumeLife life;
  private final VolumeQuota quota;

  public VolumeActions(VolumeStore volumes, TypeStore types, VolumeLife life, VolumeQuota quota) {
    this.quota = quota;
    this.volumes = volumes;
    this.types = types;
    this.life = life;
  }

  /** Gives a volume another type; its limits hold at once, also while it is in use. */
  public Mono<Void> retype(Transaction transaction, Caller caller, Volume volume, String nameOrId) {
    if (!volume.status().equals("available") && !volume.status().equals("in-use")) {
      return refuse(volume, "available or in-use to retype");
    }
    return types
        .findNamed(transaction, Viewer.of(caller), nameOrId)
        .onErrorMap(
            ApiFault.class,
            fault ->
                fault.kind() == FaultKind.NOT_FOUND
                    ? ApiFault.badRequest(
                        "Invalid input received: Invalid volume_type passed: %s."
                            .formatted(nameOrId))
                    : fault)
        .flatMap(type -> types.hold(transaction, type.id()))
        .flatMap(type -> retype(transaction, volume, type));
  }

  private Mono<Void> retype(Transaction transaction, Volume volume, VolumeType type) {
    if (volume.traits().group().isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s is in a group: its type stays.".formatted(volume.id())));
    }
    if (volume.traits().type().filter(old -> old.id().equals(type.id())).isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s is of the type %s already."
                  .formatted(volume.id(), type.name())));
    }
    return quota
        .checkRetyped(
            transaction, volume.projectId(), type.id(), VolumeLife.needs(volume.sizeBytes()))
        .then(Mono.defer(() -> life.change(transaction, volume.retyped(Volume.Type.of(type)))));
  }

  /** Has a volume show a status until something else happens to it. */
  public Mono<Void> resetStatus(Transaction transaction, Volume volume, String status) {
    return volumes.update(transaction, volume.showing(status));
  }

  /** Keeps a volume for somebody who is about to attach it. */
  public Mono<Void> reserve(Transaction transaction, Volume volume) {
    return volume.status().equals("available")
        ? volumes.update(transaction, volume.showing("attaching"))
        : refuse(volume, "available to reserve");
  }

  /** Gives a reservation up; nothing if there is none. */
  public Mono<Void> unreserve(Transaction transaction, Volume volume) {
    return volume.status().equals("attaching")
        ? volumes.update(transaction, volume.showingItsOwn())
        : Mono.empty();
  }

  public Mono<Void> setBootable(Transaction transaction, Volume volume, boolean bootable) {
    return volumes.update(transaction, volume.with(volume.traits().bootable(bootable)));
  }

  /** Whether guests may only read the volume, from its next attachment on. */
  public Mono<Void> setReadOnly(Transaction transaction, Volume volume, boolean readOnly) {
    return volume.status().equals("available")
        ? volumes.update(transaction, volume.with(volume.traits().readOnly(readOnly)))
        : refuse(volume, "available to update readonly flag");
  }

  private static Mono<Void> refuse(Volume volume, String wanted) {
    return Mono.error(
        ApiFault.badRequest(
            "Invalid volume: Volume %s status must be %s, but current status is: %s."
                .formatted(volume.id(), wanted, volume.status())));
  }
}
