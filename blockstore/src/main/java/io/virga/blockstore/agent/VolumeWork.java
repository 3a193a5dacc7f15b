package io.virga.blockstore.agent;

import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.watch.DesiredView;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings about one volume or snapshot: makes it from its source, lets it grow or return to a
 * snapshot, opens and closes its doors, removes it when ABSENT is asked for. What nobody names any
 * more loses its doors, never its data. Snapshots and clones are in the pool of their source: where
 * that is open they are not in one that is missing.
 */
final class VolumeWork implements Reconciler.Work<VolumeWork.Thing> {

  private final Pools pools;
  private final ExportDoors doors;
  private final Formatter formatter;
  private final Supplier<DesiredView> desired;
  private final Observations observations;

  VolumeWork(
      Pools pools,
      ExportDoors doors,
      Formatter formatter,
      Supplier<DesiredView> desired,
      Observations observations) {
    this.pools = pools;
    this.doors = doors;
    this.formatter = formatter;
    this.desired = desired;
    this.observations = observations;
  }

  @Override
  public void reconcile(Thing thing) throws IOException, InterruptedException {
    DesiredState state = desired.get().of(thing.kind).get(thing.id);
    try {
      switch (state) {
        case VolumeSpec volume -> volume(volume);
        case SnapshotSpec snapshot -> snapshot(snapshot);
        case null, default -> forget(thing);
      }
    } catch (NotPossible e) {
      if (state != null) {
        observations.notReady(thing.kind, state, e.forGood, e.reason);
      }
      throw new IOException(thing + ": " + e.reason, e);
    }
  }

  private void volume(VolumeSpec spec) throws InterruptedException, NotPossible {
    if (spec.presence() == Presence.ABSENT) {
      Optional<Pool> concerned = pools.concerned(VolumeKind.VOLUME, spec.id());
      if (concerned.isPresent()) {
        Pools.join(doors.closeAll(concerned.get(), spec.id()));
        expectOk(Pools.join(concerned.get().delete(VolumeKind.VOLUME, spec.id())));
      } else {
        expectNoneMissing();
      }
      removeDraft(spec);
      observations.absent(Kind.VOLUME, spec);
      return;
    }
    Optional<Pool> holder = pools.find(VolumeKind.VOLUME, spec.id());
    Pool pool = holder.isPresent() ? holder.get() : create(spec);
    expectOk(Pools.join(pool.grow(spec.id(), spec.sizeBytes())));
    if (spec.revert().isPresent()) {
      revert(pool, spec, spec.revert().get());
    }
    IoLimits limits = spec.limits().orElse(IoLimits.NONE);
    if (!Pools.join(doors.set(pool, spec.id(), spec.exports(), limits))) {
      throw new NotPossible("an export's name was used before and closed", true);
    }
    observations.volumeReady(spec, pool);
  }

  /** Whoever still has a door of before is put out first; new ones are opened behind it. */
  private void revert(Pool pool, VolumeSpec spec, VolumeSpec.Revert revert)
      throws InterruptedException, NotPossible {
    if (spec.exports().isEmpty()) {
      Pools.join(doors.closeAll(pool, spec.id()));
    }
    expectOk(Pools.join(pool.revert(spec.id(), revert.snapshotId(), revert.request())));
  }

  private Pool create(VolumeSpec spec) throws InterruptedException, NotPossible {
    switch (spec.source()) {
      case VolumeSource.Blank blank -> {
        Pool pool = roomiest();
        expectOk(Pools.join(pool.create(spec.id(), spec.sizeBytes())));
        return pool;
      }
      case VolumeSource.Formatted formatted -> {
        return format(spec, formatted);
      }
      case VolumeSource.Image image -> {
        expectNoneMissing();
        Optional<Pool> holder = pools.find(VolumeKind.IMAGE, image.imageId());
        Pool pool = holder.isPresent() ? holder.get() : roomiest();
        Pool.Image described =
            new Pool.Image(image.imageId(), image.virtualSizeBytes(), image.objectPath());
        expectOk(Pools.join(pool.createFromImage(spec.id(), spec.sizeBytes(), described)));
        return pool;
      }
      case VolumeSource.Snapshot snapshot -> {
        return cloneOf(VolumeKind.SNAPSHOT, Kind.SNAPSHOT, snapshot.snapshotId(), spec);
      }
      case VolumeSource.Volume volume -> {
        return cloneOf(VolumeKind.VOLUME, Kind.VOLUME, volume.volumeId(), spec);
      }
    }
  }

  private Pool format(VolumeSpec spec, VolumeSource.Formatted how)
      throws InterruptedException, NotPossible {
    removeDraft(spec);
    Pool pool = roomiest();
    try {
      expectOk(formatter.make(pool, spec.id(), spec.sizeBytes(), how));
    } catch (IOException e) {
      throw new NotPossible("it cannot be formatted: " + e.getMessage(), true);
    }
    return pool;
  }

  /** What a kill has left of one that was being formatted. */
  private void removeDraft(VolumeSpec spec) throws InterruptedException, NotPossible {
    String draft = Formatter.draft(spec.id());
    Optional<Pool> holder = pools.find(VolumeKind.VOLUME, draft);
    if (holder.isPresent()) {
      expectOk(Pools.join(holder.get().delete(VolumeKind.VOLUME, draft)));
    }
  }

  /** Where something new is made; not while it may be in a pool that is missing. */
  private Pool roomiest() throws InterruptedException, NotPossible {
    expectNoneMissing();
    return pools
        .roomiest()
        .orElseThrow(() -> new NotPossible("the block store has no open pool", true));
  }

  private void expectNoneMissing() throws NotPossible {
    if (!pools.missing().isEmpty()) {
      throw new NotPossible(
          "it is in no open pool, and it may be in one that is missing: "
              + String.join("; ", pools.missing()),
          true);
    }
  }

  private Pool cloneOf(VolumeKind kind, Kind wireKind, String source, VolumeSpec spec)
      throws InterruptedException, NotPossible {
    Optional<Pool> holder = pools.find(kind, source);
    if (holder.isEmpty()) {
      expectNoneMissing();
      throw missing(wireKind, source);
    }
    expectOk(Pools.join(holder.get().cloneOf(kind, source, spec.id(), spec.sizeBytes())));
    return holder.get();
  }

  private void snapshot(SnapshotSpec spec) throws InterruptedException, NotPossible {
    if (spec.presence() == Presence.ABSENT) {
      Optional<Pool> concerned = pools.concerned(VolumeKind.SNAPSHOT, spec.id());
      if (concerned.isPresent()) {
        expectOk(Pools.join(concerned.get().delete(VolumeKind.SNAPSHOT, spec.id())));
      } else if (pools.find(VolumeKind.VOLUME, spec.volumeId()).isEmpty()) {
        expectNoneMissing();
      }
      observations.absent(Kind.SNAPSHOT, spec);
      return;
    }
    if (pools.find(VolumeKind.SNAPSHOT, spec.id()).isEmpty()) {
      Optional<Pool> source = pools.find(VolumeKind.VOLUME, spec.volumeId());
      if (source.isEmpty()) {
        expectNoneMissing();
        throw missing(Kind.VOLUME, spec.volumeId());
      }
      expectOk(Pools.join(source.get().snapshot(spec.id(), spec.volumeId())));
    }
    observations.ready(Kind.SNAPSHOT, spec);
  }

  private void forget(Thing thing) throws InterruptedException {
    if (thing.kind == Kind.VOLUME) {
      Optional<Pool> holder = pools.find(VolumeKind.VOLUME, thing.id);
      if (holder.isPresent()) {
        Pools.join(doors.closeAll(holder.get(), thing.id));
      }
    }
  }

  /** What is desired but not there yet will come; what is not desired will not. */
  private NotPossible missing(Kind kind, String id) {
    boolean coming = desired.get().of(kind).containsKey(id);
    return new NotPossible("the source, " + kind.wireName() + " " + id + ", is not here", !coming);
  }

  private static void expectOk(Outcome outcome) throws NotPossible {
    switch (outcome) {
      case OK -> {}
      case NO_SPACE -> throw new NotPossible("the block store is full", true);
      case INVALID -> throw new NotPossible("the source is not here", false);
      case IO_ERROR, SHUT_DOWN, NOT_PERMITTED, NOT_SUPPORTED ->
          throw new NotPossible("the block store's disk failed: " + outcome, true);
    }
  }

  /** A volume or a snapshot. */
  record Thing(Kind kind, String id) {}

  /** It cannot be brought about now. */
  private static final class NotPossible extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final boolean forGood;

    NotPossible(String reason, boolean forGood) {
      super(reason);
      this.reason = reason;
      this.forGood = forGood;
    }
  }
}
