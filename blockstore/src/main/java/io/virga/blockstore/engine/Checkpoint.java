package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.catalogue.Catalogue.Changes;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.extent.MapCodec;
import io.virga.blockstore.extent.MapPage;
import io.virga.blockstore.extent.MapRoot;
import io.virga.blockstore.extent.MapSpace;
import io.virga.blockstore.extent.PageCapture;
import io.virga.blockstore.extent.SlotReferences;
import io.virga.blockstore.extent.VolumeMap;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A pool's state in the catalogue, as of one journal sequence. */
final class Checkpoint {

  private static final int FORMAT_VERSION = 1;

  private Checkpoint() {}

  /** What has changed since this was last asked, to be written as of the sequence. */
  static Capture capture(PoolState state, Catalogue catalogue, long sequence) {
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
        ByteBuffer.allocate(28)
            .putInt(FORMAT_VERSION)
            .putLong(sequence)
            .putLong(state.space.nextId())
            .putLong(state.nextVolumeId());
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

  /** The state of the last checkpoint, or of a new pool. */
  static Loaded load(Catalogue catalogue, SlotReferences slots) {
    ByteBuffer meta = catalogue.get(Table.META, 0).map(ByteBuffer::wrap).orElse(null);
    if (meta == null) {
      return new Loaded(new PoolState(new MapSpace(slots, 1), 1), 0);
    }
    int version = meta.getInt();
    if (version != FORMAT_VERSION) {
      throw new IllegalStateException(
          "the pool has format version " + version + ", this program reads " + FORMAT_VERSION);
    }
    long sequence = meta.getLong();
    MapSpace space = new MapSpace(slots, meta.getLong());
    PoolState state = new PoolState(space, meta.getLong());
    Map<Long, MapPage> pages = new HashMap<>();
    catalogue.forEach(
        Table.PAGE, (id, bytes) -> pages.put(id, MapCodec.decodePage(space, id, bytes)));
    Map<Long, MapRoot> roots = new HashMap<>();
    Set<Long> unused = new HashSet<>();
    catalogue.forEach(Table.ROOT, (id, bytes) -> unused.add(id));
    catalogue.forEach(
        Table.VOLUME,
        (id, bytes) -> {
          VolumeRecord volume = VolumeRecord.decode(id, bytes);
          unused.remove(volume.rootId());
          MapRoot root =
              MapCodec.use(
                  roots.computeIfAbsent(volume.rootId(), rootId -> root(catalogue, rootId, pages)));
          VolumeState loaded =
              new VolumeState(
                  volume.made(),
                  volume.sourceId(),
                  new VolumeMap(space, root),
                  volume.generation());
          loaded.imageKnown = volume.imageKnown();
          loaded.lastRevert = volume.lastRevert();
          state.load(loaded);
        });
    space.forget(pages.values(), unused);
    return new Loaded(state, sequence);
  }

  private static MapRoot root(Catalogue catalogue, long id, Map<Long, MapPage> pages) {
    byte[] bytes =
        catalogue
            .get(Table.ROOT, id)
            .orElseThrow(() -> new IllegalStateException("the catalogue lacks map root " + id));
    return MapCodec.decodeRoot(
        id,
        bytes,
        pageId -> {
          MapPage page = pages.get(pageId);
          if (page == null) {
            throw new IllegalStateException("the catalogue lacks map page " + pageId);
          }
          return page;
        });
  }

  /** A state and the last journal sequence in it. */
  record Loaded(PoolState state, long sequence) {}
}
