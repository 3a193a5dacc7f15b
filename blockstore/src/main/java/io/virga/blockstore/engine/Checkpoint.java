package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.catalogue.Catalogue.Changes;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.extent.MapCodec;
import io.virga.blockstore.extent.MapRoot;
import io.virga.blockstore.extent.MapSpace;
import io.virga.blockstore.extent.PageCapture;
import io.virga.blockstore.extent.SlotReferences;
import io.virga.blockstore.extent.VolumeMap;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pool's state in the catalogue, as of one journal sequence. META: format version 2 (4), sequence
 * (8), next ids of maps (8) and volumes (8), slots that there are (4) and that are used (4);
 * version 1, which is read, ends before the slots.
 */
final class Checkpoint {

  private static final int FORMAT_VERSION = 2;
  private static final int WITHOUT_SLOTS = 1;

  private Checkpoint() {}

  /** What has changed since this was last asked, to be written as of the sequence. */
  static Capture capture(
      PoolState state, Catalogue catalogue, SlotCounts.Totals slots, long sequence) {
    Changes changes = catalogue.changes();
    MapSpace.Changes maps =
        state.space.takeChanges((id, bytes) -> changes.put(Table.PAGE, id, bytes));
    maps.gonePages().forEach(id -> changes.remove(Table.PAGE, id));
    maps.goneRoots().forEach(id -> changes.remove(Table.ROOT, id));
    maps.roots().forEach((id, root) -> changes.put(Table.ROOT, id, MapCodec.encode(root)));
    state.takeGone().forEach(id -> changes.remove(Table.VOLUME, id));
    for (long id : state.takeChanged()) {
      changes.put(Table.VOLUME, id, VolumeRecord.encode(state.existing(id)));
    }
    ByteBuffer meta =
        ByteBuffer.allocate(36)
            .putInt(FORMAT_VERSION)
            .putLong(sequence)
            .putLong(state.space.nextId())
            .putLong(state.nextVolumeId())
            .putInt(slots.slots())
            .putInt(slots.used());
    changes.put(Table.META, 0, meta.array());
    return new Capture(changes, maps.pages());
  }

  /** What is to be written, when all pages are in it. */
  record Capture(Changes rows, PageCapture pages) {

    /** Encodes pages of about so many entries; whether all are. */
    boolean encodeSome(int maximumEntries) {
      return pages.encodeSome(maximumEntries);
    }

    /** All of it. */
    Changes whole() {
      pages.encodeSome(Integer.MAX_VALUE);
      return rows;
    }
  }

  /**
   * The state of the last checkpoint, or of a new pool. Of its maps only the roots are read, unless
   * it is of an earlier format, which does not say what the pages would.
   */
  static Loaded load(Catalogue catalogue, SlotReferences slots) {
    ByteBuffer meta = catalogue.get(Table.META, 0).map(ByteBuffer::wrap).orElse(null);
    if (meta == null) {
      MapSpace empty = new MapSpace(slots, 1);
      return new Loaded(new PoolState(empty, 1), 0, Optional.of(new SlotCounts.Totals(0, 0)));
    }
    int version = meta.getInt();
    if (version < WITHOUT_SLOTS || version > FORMAT_VERSION) {
      throw new IllegalStateException(
          "the pool has format version %d, this program reads %d to %d"
              .formatted(version, WITHOUT_SLOTS, FORMAT_VERSION));
    }
    long sequence = meta.getLong();
    MapSpace space = new MapSpace(slots, meta.getLong());
    PoolState state = new PoolState(space, meta.getLong());
    Set<MapRoot> uncounted = loadVolumes(catalogue, state);
    if (!uncounted.isEmpty()) {
      catalogue.forEach(Table.PAGE, space.listed()::take);
      uncounted.forEach(MapRoot::recount);
    }
    space.readFrom(id -> page(catalogue, id));
    Optional<SlotCounts.Totals> totals =
        version == WITHOUT_SLOTS
            ? Optional.empty()
            : Optional.of(new SlotCounts.Totals(meta.getInt(), meta.getInt()));
    return new Loaded(state, sequence, totals);
  }

  /** The roots of which it is not known how many blocks they map. */
  private static Set<MapRoot> loadVolumes(Catalogue catalogue, PoolState state) {
    Map<Long, MapRoot> roots = new HashMap<>();
    Set<MapRoot> uncounted = new HashSet<>();
    Set<Long> unused = new HashSet<>();
    catalogue.forEach(Table.ROOT, (id, bytes) -> unused.add(id));
    catalogue.forEach(
        Table.VOLUME,
        (id, bytes) -> {
          VolumeRecord record = VolumeRecord.decode(id, bytes);
          unused.remove(record.rootId());
          MapRoot root =
              MapCodec.use(
                  roots.computeIfAbsent(
                      record.rootId(), rootId -> root(catalogue, rootId, state.space)));
          record
              .counts()
              .ifPresentOrElse(
                  counts -> root.count(counts.mapped(), counts.remote()),
                  () -> uncounted.add(root));
          state.load(record.restored(new VolumeMap(state.space, root)));
        });
    state.space.forgetRoots(unused);
    return uncounted;
  }

  private static MapRoot root(Catalogue catalogue, long id, MapSpace space) {
    byte[] bytes =
        catalogue
            .get(Table.ROOT, id)
            .orElseThrow(() -> new IllegalStateException("the catalogue lacks map root " + id));
    return MapCodec.decodeRoot(id, bytes, space.listed()::page);
  }

  private static byte[] page(Catalogue catalogue, long id) {
    return catalogue
        .get(Table.PAGE, id)
        .orElseThrow(() -> new IllegalStateException("the catalogue lacks map page " + id));
  }

  /**
   * A state and the last journal sequence in it.
   *
   * @param slots those that there were, unless the format is too old to tell
   */
  record Loaded(PoolState state, long sequence, Optional<SlotCounts.Totals> slots) {}
}
