package io.virga.blockstore.extent;

import io.virga.dataplane.Invariant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The flattened map of one volume: a look-up never walks a chain. Sharing it is O(1); a change
 * copies the root (8 bytes for 64 MiB) and the page that it touches, if they are shared. Owned by
 * the pool's loop.
 *
 * <p>Who puts a mapped run has counted its blocks in {@link SlotReferences} before; what the run
 * replaces is dropped here.
 */
public final class VolumeMap {

  private static final int PAGE_BLOCK_SHIFT = Entry.CHUNK_BLOCK_SHIFT + MapPage.CHUNK_BITS;
  private static final int PAGE_BLOCKS = 1 << PAGE_BLOCK_SHIFT;

  private final MapSpace space;
  private MapRoot root;

  /** A map on a root that the caller has counted for it. */
  public VolumeMap(MapSpace space, MapRoot root) {
    this.space = space;
    this.root = root;
  }

  /** A map of nothing. */
  public static VolumeMap empty(MapSpace space) {
    MapRoot root = new MapRoot(space.takeId(), new MapPage[0]);
    space.changed(root);
    return new VolumeMap(space, root);
  }

  public MapRoot root() {
    return root;
  }

  /** Another map of the same contents, in O(1). */
  public VolumeMap share() {
    root.share();
    return new VolumeMap(space, root);
  }

  /** The entry of one block. */
  public long entry(long block) {
    MapPage page = root.page((int) (block >>> PAGE_BLOCK_SHIFT));
    return page == null ? Entry.UNSET : page.entry(chunkInPage(block), blockInChunk(block));
  }

  /** The number of blocks from this one, within its chunk, that are one run with it. */
  public int runLength(long block) {
    MapPage page = root.page((int) (block >>> PAGE_BLOCK_SHIFT));
    int inChunk = blockInChunk(block);
    return page == null
        ? Entry.CHUNK_BLOCKS - inChunk
        : page.runLength(chunkInPage(block), inChunk);
  }

  /**
   * The number of blocks from this one that are one run in both maps: their entries are the same in
   * all of them, or in none. A page that the maps share is one run.
   */
  public long runWith(VolumeMap other, long block) {
    int index = (int) (block >>> PAGE_BLOCK_SHIFT);
    if (root.page(index) == other.root.page(index)) {
      return PAGE_BLOCKS - (block & (PAGE_BLOCKS - 1));
    }
    return Math.min(runLength(block), other.runLength(block));
  }

  /** Whether the block may have changed since another map had it: its entry is not the same. */
  public boolean differs(VolumeMap other, long block) {
    int index = (int) (block >>> PAGE_BLOCK_SHIFT);
    long entry = entry(block);
    return root.page(index) != other.root.page(index)
        && (Entry.kind(entry) == Entry.UNREAD || entry != other.entry(block));
  }

  /** The first page of the range that has to be read before it can change, if there is one. */
  public Optional<MapPage> unread(long firstBlock, long count) {
    int last = (int) ((firstBlock + count - 1) >>> PAGE_BLOCK_SHIFT);
    for (int index = (int) (firstBlock >>> PAGE_BLOCK_SHIFT); index <= last; index++) {
      MapPage page = root.page(index);
      if (page != null && !page.isRead()) {
        return Optional.of(page);
      }
    }
    return Optional.empty();
  }

  /** Whether the chunk of the block is one extent. */
  public boolean isWhole(long block) {
    MapPage page = root.page((int) (block >>> PAGE_BLOCK_SHIFT));
    return page == null || page.isWhole(chunkInPage(block));
  }

  /**
   * Whether nobody else refers to the slot of this mapped block. Copies the path to the chunk when
   * it is shared, so that the counts speak of this map alone.
   */
  public boolean isExclusive(long block) {
    MapPage page = exclusivePage((int) (block >>> PAGE_BLOCK_SHIFT));
    int chunk = chunkInPage(block);
    int slot = Entry.slot(page.entry(chunk, blockInChunk(block)));
    return space.slots().count(slot) == page.blocksIn(chunk, slot);
  }

  /**
   * The slot in which this block has a place that nobody uses, or -1: a slot that the block's chunk
   * alone refers to, with every block that it has there at the same place as in the chunk.
   */
  public int home(long block) {
    MapPage page = root.page((int) (block >>> PAGE_BLOCK_SHIFT));
    if (page == null || page.references() > 1 || root.references() > 1) {
      return -1;
    }
    int chunk = chunkInPage(block);
    int slot = page.home(chunk);
    return slot >= 0 && space.slots().count(slot) == page.blocksAtHome(chunk, slot) ? slot : -1;
  }

  /** Sets a run; {@code entry} is that of its first block, the others follow. */
  public void put(long firstBlock, long count, long entry) {
    long block = firstBlock;
    long left = count;
    while (left > 0) {
      int inChunk = blockInChunk(block);
      int here = (int) Math.min(left, Entry.CHUNK_BLOCKS - inChunk);
      MapPage page = exclusivePage((int) (block >>> PAGE_BLOCK_SHIFT));
      page.put(
          chunkInPage(block),
          inChunk,
          here,
          Entry.advance(entry, block - firstBlock),
          space.slots(),
          root.counts());
      block += here;
      left -= here;
    }
  }

  /**
   * Makes a range zeros. What is unset stays so, unless an image shows through: the first {@code
   * inheritedBlocks} of the volume do.
   */
  public void zero(long firstBlock, long count, int generation, long inheritedBlocks) {
    long end = firstBlock + count;
    long block = firstBlock;
    while (block < end) {
      boolean inherits = block < inheritedBlocks;
      int pageIndex = (int) (block >>> PAGE_BLOCK_SHIFT);
      if (!inherits && root.page(pageIndex) == null) {
        block = (long) (pageIndex + 1) << PAGE_BLOCK_SHIFT;
        continue;
      }
      requirePage(pageIndex);
      int here = (int) Math.min(end - block, Entry.CHUNK_BLOCKS - blockInChunk(block));
      boolean nothing = runLength(block) >= here && isNothing(entry(block), inherits);
      if (!nothing) {
        put(block, here, Entry.zero(generation));
      }
      block += here;
    }
  }

  /**
   * Makes blocks refer to what those of another map do, with a generation of their own. What the
   * other shows of its image is of the image's map, which begins at the same block.
   *
   * @param inheritedBlocks as many of this map show this volume's image where they are unset
   */
  public void share(
      long firstBlock, Shared source, long count, int generation, long inheritedBlocks) {
    for (long done = 0; done < count; ) {
      long from = source.firstBlock + done;
      VolumeMap map = source.at(from);
      int here = (int) Math.min(count - done, map.runLength(from));
      here = (int) Math.min(here, source.runLength(from));
      long entry = map.entry(from);
      if (Entry.kind(entry) == Entry.MAPPED) {
        space.slots().retain(Entry.slot(entry), here);
        put(firstBlock + done, here, Entry.mapped(Entry.address(entry), generation));
      } else {
        Invariant.check(
            entry == Entry.UNSET || Entry.kind(entry) == Entry.ZERO,
            "what is not here is not shared");
        zero(firstBlock + done, here, generation, inheritedBlocks);
      }
      done += here;
    }
  }

  /**
   * What is to be shared.
   *
   * @param image shows through the first so many blocks of the map where it is unset
   */
  public record Shared(VolumeMap map, long firstBlock, VolumeMap image, long imageBlocks) {

    /** The map that says what a block is; its page has been read. */
    private VolumeMap at(long block) {
      map.requirePage((int) (block >>> PAGE_BLOCK_SHIFT));
      if (block >= imageBlocks || map.entry(block) != Entry.UNSET) {
        return map;
      }
      image.requirePage((int) (block >>> PAGE_BLOCK_SHIFT));
      return image;
    }

    /** How many blocks from this one are one run of the map itself, and shown in one way. */
    private long runLength(long block) {
      long run = map.runLength(block);
      return block < imageBlocks ? Math.min(run, imageBlocks - block) : run;
    }

    /** Whether all of so many blocks are here, so that they can be shared. */
    public boolean isHere(long count) {
      if (map.unread(firstBlock, count).isPresent()
          || image.unread(firstBlock, count).isPresent()) {
        return false;
      }
      long block = firstBlock;
      while (block < firstBlock + count) {
        VolumeMap shown = at(block);
        int kind = Entry.kind(shown.entry(block));
        if (kind == Entry.REMOTE) {
          return false;
        }
        block += Math.min(shown.runLength(block), runLength(block));
      }
      return true;
    }
  }

  private static boolean isNothing(long entry, boolean inherits) {
    int kind = Entry.kind(entry);
    return kind == Entry.ZERO || (entry == Entry.UNSET && !inherits);
  }

  /** Blocks that lie in slots. */
  public long mappedBlocks() {
    return root.counts().mapped();
  }

  /** Blocks of an image that have not been fetched. */
  public long remoteBlocks() {
    return root.counts().remote();
  }

  /** The first block at or behind this one that is not fetched yet, or -1. */
  public long nextRemote(long fromBlock) {
    for (long block = fromBlock; block < (long) root.pageCount() * PAGE_BLOCKS; ) {
      MapPage page = root.page((int) (block >>> PAGE_BLOCK_SHIFT));
      if (page == null) {
        block = ((block >>> PAGE_BLOCK_SHIFT) + 1) << PAGE_BLOCK_SHIFT;
        continue;
      }
      if (Entry.kind(entry(block)) == Entry.REMOTE) {
        return block;
      }
      block = ((block >>> Entry.CHUNK_BLOCK_SHIFT) + 1) << Entry.CHUNK_BLOCK_SHIFT;
    }
    return -1;
  }

  /**
   * Gives up the map, about so many entries at a time. Call until it answers true; the map must not
   * be used otherwise any more.
   */
  public boolean release(int maximumEntries) {
    if (root.references() > 1) {
      root.unshare();
      root = new MapRoot(space.takeId(), new MapPage[0]);
      return true;
    }
    int entries = 0;
    while (root.pageCount() > 0) {
      if (entries >= maximumEntries) {
        return false;
      }
      MapPage page = root.removeLast();
      entries++;
      if (page != null && page.unshare()) {
        entries += page.entryCount();
        space.gone(page);
        page.dropAll(space.slots());
      }
    }
    space.gone(root);
    return true;
  }

  private MapPage exclusivePage(int index) {
    if (root.references() > 1) {
      root.unshare();
      root = root.copy(space.takeId());
    }
    requirePage(index);
    MapPage page = root.page(index);
    if (page == null) {
      page = new MapPage(space.takeId(), space.tables());
      place(index, page);
    } else if (page.references() > 1) {
      page.unshare();
      page = page.copy(space.takeId(), space.slots());
      place(index, page);
    }
    space.changed(page);
    return page;
  }

  private void requirePage(int index) {
    MapPage page = root.page(index);
    if (page != null) {
      space.require(page);
    }
  }

  private void place(int index, @Nullable MapPage page) {
    root.setPage(index, page);
    space.changed(root);
  }

  private static int chunkInPage(long block) {
    return (int) (block >>> Entry.CHUNK_BLOCK_SHIFT) & (MapPage.CHUNKS - 1);
  }

  private static int blockInChunk(long block) {
    return (int) block & (Entry.CHUNK_BLOCKS - 1);
  }
}
