package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeTransfer;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.TransferStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Volumes that go to other projects: one offers a volume and is told a key, whoever knows the key
 * accepts it. Nothing moves but whose it is, and whose quota it counts against. Locks are taken in
 * the order volume, transfer, snapshots.
 */
public final class VolumeTransfers {

  private static final String OFFERED = "awaiting-transfer";
  private static final int KEY_BYTES = 16;

  private final TransferStore transfers;
  private final VolumeStore volumes;
  private final SnapshotStore snapshots;
  private final VolumeQuota quota;
  private final SecureRandom random = new SecureRandom();

  public VolumeTransfers(
      TransferStore transfers, VolumeStore volumes, SnapshotStore snapshots, VolumeQuota quota) {
    this.transfers = transfers;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.quota = quota;
  }

  /**
   * A volume on offer.
   *
   * @param key by which it is accepted, which is kept nowhere
   */
  public record Offer(VolumeTransfer transfer, String key) {}

  /** Offers a locked volume. */
  public Mono<Offer> create(
      Transaction transaction, Volume volume, String name, boolean noSnapshots) {
    if (!volume.status().equals("available") || volume.attachment().isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s status must be available to be transferred, it is %s."
                  .formatted(volume.id(), volume.status())));
    }
    if (volume.traits().group().isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s is in a group, which is its project's."
                  .formatted(volume.id())));
    }
    byte[] unknown = new byte[KEY_BYTES];
    random.nextBytes(unknown);
    String key = HexFormat.of().formatHex(unknown);
    VolumeTransfer transfer =
        new VolumeTransfer(
            Ids.next(),
            volume.projectId(),
            volume.id(),
            name,
            noSnapshots,
            Sha256.hex(key),
            Instant.now().truncatedTo(ChronoUnit.MICROS));
    return moved(transaction, transfer)
        .then(Mono.defer(() -> volumes.update(transaction, volume.showing(OFFERED))))
        .then(Mono.defer(() -> transfers.insert(transaction, transfer)))
        .thenReturn(new Offer(transfer, key));
  }

  /** The volume stays where it is. */
  public Mono<Void> delete(Transaction transaction, Viewer viewer, UUID id) {
    return locked(transaction, viewer, id)
        .flatMap(
            volume ->
                (volume.status().equals(OFFERED)
                        ? volumes.update(transaction, volume.showingItsOwn())
                        : Mono.<Void>empty())
                    .then(Mono.defer(() -> transfers.delete(transaction, id))));
  }

  /** The volume is the caller's project's from now on. */
  public Mono<VolumeTransfer> accept(Transaction transaction, Caller caller, UUID id, String key) {
    return transfers
        .find(transaction, Viewer.EVERYTHING, id)
        .doOnNext(transfer -> check(transfer, key))
        .flatMap(
            transfer ->
                locked(transaction, Viewer.EVERYTHING, id)
                    .flatMap(volume -> take(transaction, caller, transfer, volume))
                    .thenReturn(transfer));
  }

  private static void check(VolumeTransfer transfer, String key) {
    byte[] given = Sha256.hex(key).getBytes(StandardCharsets.UTF_8);
    byte[] known = transfer.keySha256().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(given, known)) {
      throw ApiFault.badRequest(
          "Invalid auth key: Attempt to transfer %s with invalid auth key."
              .formatted(transfer.id()));
    }
  }

  /** The volume of a transfer, both locked. */
  private Mono<Volume> locked(Transaction transaction, Viewer viewer, UUID id) {
    return transfers
        .find(transaction, viewer, id)
        .flatMap(transfer -> volumes.lock(transaction, Viewer.EVERYTHING, transfer.volumeId()))
        .delayUntil(volume -> transfers.lock(transaction, viewer, id));
  }

  private Mono<Void> take(
      Transaction transaction, Caller caller, VolumeTransfer transfer, Volume volume) {
    if (!volume.status().equals(OFFERED)) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s status must be %s, but current status is: %s."
                  .formatted(volume.id(), OFFERED, volume.status())));
    }
    return moved(transaction, transfer)
        .flatMap(
            going ->
                count(transaction, volume, caller.projectId(), going)
                    .then(
                        Mono.defer(
                            () ->
                                transfers.give(
                                    transaction,
                                    volume.id(),
                                    going.stream().map(Snapshot::id).toList(),
                                    caller))))
        .then(Mono.defer(() -> transfers.delete(transaction, transfer.id())));
  }

  /** The snapshots that go with the volume; refuses one that is not available. */
  private Mono<List<Snapshot>> moved(Transaction transaction, VolumeTransfer transfer) {
    if (transfer.noSnapshots()) {
      return Mono.just(List.of());
    }
    return snapshots
        .lockOfVolume(transaction, transfer.volumeId())
        .filter(snapshot -> snapshot.projectId().equals(transfer.projectId()))
        .doOnNext(
            snapshot -> {
              if (!snapshot.status().equals("available")) {
                throw ApiFault.badRequest(
                    "Invalid snapshot: Snapshot %s status must be available to be transferred, it is %s."
                        .formatted(snapshot.id(), snapshot.status()));
              }
            })
        .collectList();
  }

  private static Map<Resource, Long> needs(Volume volume, List<Snapshot> going) {
    Map<Resource, Long> all = new HashMap<>(VolumeLife.needs(volume.sizeBytes()));
    going.forEach(
        snapshot ->
            SnapshotLife.needs(snapshot)
                .forEach((resource, amount) -> all.merge(resource, amount, Long::sum)));
    return all;
  }

  /** In the order of the projects, so that two that swap volumes do not wait for each other. */
  private Mono<Void> count(
      Transaction transaction, Volume volume, String to, List<Snapshot> going) {
    String from = volume.projectId();
    Map<Resource, Long> amounts = needs(volume, going);
    Mono<Void> claimed =
        Mono.defer(() -> quota.claim(transaction, to, VolumeLife.typeOf(volume), amounts));
    Mono<Void> released = Mono.defer(() -> quota.release(transaction, from, amounts));
    return from.compareTo(to) < 0 ? released.then(claimed) : claimed.then(released);
  }
}
