package io.virga.blockstore.engine;

import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.extent.MapSpace;
import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.Invariant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a pool and their maps: a function of the journal. The same {@link #apply} runs
 * when a change is made and when it is replayed. Owned by the pool's loop.
 */
final class PoolState {

  final MapSpace space;
  private final Map<Long, VolumeState> volumes = new LinkedHashMap<>();
  private final Map<String, VolumeState> byName = new HashMap<>();
  private final Map<Long, Integer> baseUsers = new HashMap<>();
  private Set<Long> changed = new HashSet<>();
  private Set<Long> gone = new HashSet<>();
  private long nextVolumeId;
  private ReleasedMap released = map -> {};

  PoolState(MapSpace space, long nextVolumeId) {
    this.space = space;
    this.nextVolumeId = nextVolumeId;
  }

  /** Who takes the maps of volumes that were deleted. */
  void onRelease(ReleasedMap taker) {
    released = taker;
  }

  long nextVolumeId() {
    return nextVolumeId;
  }

  Collection<VolumeState> volumes() {
    return volumes.values();
  }

  Optional<VolumeState> find(VolumeKind kind, String name) {
    return Optional.ofNullable(byName.get(key(kind, name)));
  }

  @Nullable VolumeState volume(long id) {
    return volumes.get(id);
  }

  VolumeState existing(long id) {
    VolumeState volume = volumes.get(id);
    if (volume == null) {
      throw new IllegalStateException(
          "the journal speaks of volume " + id + ", which is not there");
    }
    return volume;
  }

  /** How many volumes and snapshots show the image where they are unset. */
  int users(long baseId) {
    return baseUsers.getOrDefault(baseId, 0);
  }

  void apply(JournalRecord record) {
    switch (record) {
      case JournalRecord.Create r -> add(new VolumeState(r, 0, VolumeMap.empty(space), 1));
      case JournalRecord.Share r -> share(r);
      case JournalRecord.Revert r -> revert(r);
      case JournalRecord.Delete r -> delete(existing(r.volumeId()));
      case JournalRecord.Resize r -> changed(r.volumeId()).sizeBytes = r.sizeBytes();
      case JournalRecord.ImageKnown r -> changed(r.volumeId()).imageKnown = true;
      case JournalRecord.MapRun r -> {
        VolumeState volume = existing(r.volumeId());
        volume.map().put(r.firstBlock(), r.count(), r.entry());
      }
      case JournalRecord.CopyRun r -> copy(r);
      case JournalRecord.ZeroRun r -> {
        VolumeState volume = existing(r.volumeId());
        volume.map().zero(r.firstBlock(), r.count(), r.generation(), inheritedBlocks(volume));
      }
    }
  }

  /** The volume shares the map of the source, of which it owns nothing. */
  private void revert(JournalRecord.Revert record) {
    VolumeState volume = changed(record.volumeId());
    VolumeState source = existing(record.sourceId());
    Invariant.check(source.fits(volume), "a volume keeps its image and its size");
    volume.generation = next(Math.max(volume.generation, source.generation));
    volume.lastRevert = record.request();
    released.take(volume.replaceMap(source.map().share()));
  }

  /**
   * Neither owns any more what both refer to; what the target refers to now is newer than all that
   * it had, and than all that the source has.
   */
  private void copy(JournalRecord.CopyRun record) {
    VolumeState source = changed(record.sourceId());
    VolumeState target = changed(record.volumeId());
    int generation = next(Math.max(source.generation, target.generation));
    source.generation = next(source.generation);
    target.generation = next(generation);
    target
        .map()
        .share(
            record.firstBlock(),
            shared(source, record.sourceBlock()),
            record.count(),
            generation,
            inheritedBlocks(target));
  }

  /** What a volume shows from a block on. */
  VolumeMap.Shared shared(VolumeState source, long firstBlock) {
    VolumeState base = volumes.get(source.baseId);
    return new VolumeMap.Shared(
        source.map(),
        firstBlock,
        base == null ? source.map() : base.map(),
        inheritedBlocks(source));
  }

  private static int next(int generation) {
    Invariant.check(generation < Entry.MAX_GENERATION, "generations fit 24 bits");
    return generation + 1;
  }

  private void share(JournalRecord.Share record) {
    VolumeState source = changed(record.sourceId());
    source.generation = next(source.generation);
    JournalRecord.Create made =
        new JournalRecord.Create(
            record.volumeId(), record.kind(), record.name(), record.sizeBytes(), source.baseId, "");
    add(new VolumeState(made, source.id, source.map().share(), source.generation));
  }

  /** The first so many blocks of the volume show its image where they are unset. */
  long inheritedBlocks(VolumeState volume) {
    VolumeState base = volumes.get(volume.baseId);
    return base == null ? 0 : base.sizeBytes >>> Entry.BLOCK_SHIFT;
  }

  private VolumeState changed(long id) {
    changed.add(id);
    return existing(id);
  }

  /** Takes in a volume that a checkpoint holds. */
  void load(VolumeState volume) {
    add(volume);
  }

  private void add(VolumeState volume) {
    Invariant.check(
        volumes.put(volume.id, volume) == null
            && byName.put(key(volume.kind, volume.name), volume) == null,
        "a volume is made once");
    if (volume.baseId != 0) {
      baseUsers.merge(volume.baseId, 1, Integer::sum);
    }
    changed.add(volume.id);
    nextVolumeId = Math.max(nextVolumeId, volume.id + 1);
  }

  private void delete(VolumeState volume) {
    volumes.remove(volume.id);
    byName.remove(key(volume.kind, volume.name));
    changed.remove(volume.id);
    gone.add(volume.id);
    if (volume.baseId != 0) {
      baseUsers.merge(volume.baseId, -1, Integer::sum);
    }
    released.take(volume.map());
  }

  /** Volumes that differ from the last checkpoint, be it only by their maps. */
  Set<Long> takeChanged() {
    Set<Long> taken = changed;
    for (VolumeState volume : volumes.values()) {
      if (volume.takeMapChanged()) {
        taken.add(volume.id);
      }
    }
    changed = new HashSet<>();
    return taken;
  }

  Set<Long> takeGone() {
    Set<Long> taken = gone;
    gone = new HashSet<>();
    return taken;
  }

  static String key(VolumeKind kind, String name) {
    return kind + "/" + name;
  }

  /** Gives up a map, some time. */
  @FunctionalInterface
  interface ReleasedMap {
    void take(VolumeMap map);
  }
}
