package io.virga.blockstore.extent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The map of 64 chunks in a row (64 MiB of a volume): 8 bytes for a chunk that is one extent, a
 * table of 256 entries for one that is not. Shared by reference count; changed only when not
 * shared. One that a checkpoint holds has nothing but UNREAD entries, refers to no slot and is not
 * changed until it has been read.
 */
public final class MapPage {

  public static final int CHUNKS = 64;
  public static final int CHUNK_BITS = 6;

  private static final long[] UNREAD_ENTRIES = unreadEntries();

  private final long id;
  private final TableSpace space;
  private long[] entries;
  private int @Nullable [] tables;
  private int references = 1;

  MapPage(long id, TableSpace space) {
    this.id = id;
    this.space = space;
    this.entries = new long[CHUNKS];
  }

  private MapPage(long id, TableSpace space, long[] entries, int references) {
    this.id = id;
    this.space = space;
    this.entries = entries;
    this.references = references;
  }

  /** A page that a checkpoint holds and nobody refers to yet. */
  static MapPage unread(long id, TableSpace space) {
    return new MapPage(id, space, UNREAD_ENTRIES, 0);
  }

  private static long[] unreadEntries() {
    long[] entries = new long[CHUNKS];
    Arrays.fill(entries, Entry.unread());
    return entries;
  }

  private MapPage(long id, MapPage source) {
    this.id = id;
    this.space = source.space;
    this.entries = source.entries.clone();
    for (int i = 0; i < CHUNKS; i++) {
      int table = source.table(i);
      if (table != TableSpace.NONE) {
        setTable(i, space.copy(table));
      }
    }
  }

  /** The table of the chunk, or none if it is one extent. */
  private int table(int chunk) {
    int[] all = tables;
    return all == null ? TableSpace.NONE : all[chunk];
  }

  private void setTable(int chunk, int table) {
    int[] all = tables;
    if (all == null) {
      all = new int[CHUNKS];
      tables = all;
    }
    all[chunk] = table;
  }

  private void giveTable(int chunk) {
    int table = table(chunk);
    if (table != TableSpace.NONE) {
      space.give(table);
      setTable(chunk, TableSpace.NONE);
    }
  }

  /** Whether its entries are known. */
  public boolean isRead() {
    return entries != UNREAD_ENTRIES;
  }

  /** The page's name in checkpoints, never used again for another. */
  public long id() {
    return id;
  }

  public int references() {
    return references;
  }

  void share() {
    references++;
  }

  /** One user fewer; whether that was the last. */
  boolean unshare() {
    references--;
    return references == 0;
  }

  MapPage copy(long copyId, SlotReferences slots) {
    MapPage copy = new MapPage(copyId, this);
    copy.retainAll(slots);
    return copy;
  }

  /** The entry of one block. */
  long entry(int chunk, int block) {
    int table = table(chunk);
    return table == TableSpace.NONE
        ? Entry.advance(entries[chunk], block)
        : space.get(table, block);
  }

  /** The number of blocks from this one, within the chunk, that are one run with it in one slot. */
  int runLength(int chunk, int block) {
    int table = table(chunk);
    if (table == TableSpace.NONE) {
      return Entry.CHUNK_BLOCKS - block;
    }
    long first = space.get(table, block);
    int length = 1;
    while (block + length < Entry.CHUNK_BLOCKS
        && space.get(table, block + length) == Entry.advance(first, length)
        && Entry.slot(Entry.advance(first, length)) == Entry.slot(first)) {
      length++;
    }
    return length;
  }

  /** How many of the chunk's blocks lie in the slot. */
  int blocksIn(int chunk, int slot) {
    if (isWhole(chunk)) {
      return in(entries[chunk], slot) ? Entry.CHUNK_BLOCKS : 0;
    }
    int count = 0;
    for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
      count += in(entry(chunk, i), slot) ? 1 : 0;
    }
    return count;
  }

  private static boolean in(long entry, int slot) {
    return Entry.kind(entry) == Entry.MAPPED && Entry.slot(entry) == slot;
  }

  /** The slot of the first block that has the same place in it as in the chunk, or -1. */
  int home(int chunk) {
    for (int i = 0; !isWhole(chunk) && i < Entry.CHUNK_BLOCKS; i++) {
      int slot = Entry.slot(entry(chunk, i));
      if (isAtHome(entry(chunk, i), slot, i)) {
        return slot;
      }
    }
    return -1;
  }

  /** How many blocks of a chunk that is not whole have the same place in the slot. */
  int blocksAtHome(int chunk, int slot) {
    int count = 0;
    for (int i = 0; !isWhole(chunk) && i < Entry.CHUNK_BLOCKS; i++) {
      count += isAtHome(entry(chunk, i), slot, i) ? 1 : 0;
    }
    return count;
  }

  private static boolean isAtHome(long entry, int slot, int block) {
    return Entry.kind(entry) == Entry.MAPPED
        && Entry.address(entry) == Entry.slotAddress(slot) + block;
  }

  boolean isWhole(int chunk) {
    return table(chunk) == TableSpace.NONE;
  }

  /** Sets blocks of one chunk to a run; drops what they were, and counts both. */
  void put(int chunk, int block, int count, long entry, SlotReferences slots, BlockCounts counts) {
    counts.add(entry, count);
    if (count == Entry.CHUNK_BLOCKS) {
      countChunk(chunk, -1, counts);
      dropChunk(chunk, slots);
      giveTable(chunk);
      entries[chunk] = entry;
      return;
    }
    int table = tableOf(chunk);
    for (int i = 0; i < count; i++) {
      long old = space.get(table, block + i);
      counts.add(old, -1);
      if (Entry.kind(old) == Entry.MAPPED) {
        slots.drop(Entry.slot(old), 1);
      }
      space.set(table, block + i, Entry.advance(entry, i));
    }
    collapse(chunk);
  }

  private int tableOf(int chunk) {
    int table = table(chunk);
    if (table == TableSpace.NONE) {
      table = space.take();
      for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
        space.set(table, i, Entry.advance(entries[chunk], i));
      }
      setTable(chunk, table);
    }
    return table;
  }

  private void collapse(int chunk) {
    long first = entry(chunk, 0);
    if (Entry.kind(first) == Entry.MAPPED
        && (Entry.address(first) & (Entry.CHUNK_BLOCKS - 1)) != 0) {
      return;
    }
    if (runLength(chunk, 0) == Entry.CHUNK_BLOCKS) {
      giveTable(chunk);
      entries[chunk] = first;
    }
  }

  private void dropChunk(int chunk, SlotReferences slots) {
    if (!isWhole(chunk)) {
      for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
        long entry = entry(chunk, i);
        if (Entry.kind(entry) == Entry.MAPPED) {
          slots.drop(Entry.slot(entry), 1);
        }
      }
    } else if (Entry.kind(entries[chunk]) == Entry.MAPPED) {
      slots.drop(Entry.slot(entries[chunk]), Entry.CHUNK_BLOCKS);
    }
  }

  /** Nobody has the page any more, nor what it refers to. */
  void dropAll(SlotReferences slots) {
    for (int i = 0; i < CHUNKS; i++) {
      dropChunk(i, slots);
    }
    for (int i = 0; i < CHUNKS; i++) {
      giveTable(i);
    }
    entries = new long[CHUNKS];
  }

  /** Counts every block of the page for the slots that hold them. */
  void retainAll(SlotReferences slots) {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (!isWhole(chunk)) {
        for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
          long entry = entry(chunk, i);
          if (Entry.kind(entry) == Entry.MAPPED) {
            slots.retain(Entry.slot(entry), 1);
          }
        }
      } else if (Entry.kind(entries[chunk]) == Entry.MAPPED) {
        slots.retain(Entry.slot(entries[chunk]), Entry.CHUNK_BLOCKS);
      }
    }
  }

  /** How many entries it takes to look at all of the page. */
  int entryCount() {
    int count = CHUNKS;
    for (int i = 0; i < CHUNKS; i++) {
      count += isWhole(i) ? 0 : Entry.CHUNK_BLOCKS;
    }
    return count;
  }

  /** Counts all blocks of the page. */
  void count(BlockCounts counts) {
    for (int i = 0; i < CHUNKS; i++) {
      countChunk(i, 1, counts);
    }
  }

  private void countChunk(int chunk, int factor, BlockCounts counts) {
    if (isWhole(chunk)) {
      counts.add(entries[chunk], (long) factor * Entry.CHUNK_BLOCKS);
      return;
    }
    for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
      counts.add(entry(chunk, i), factor);
    }
  }

  long rawEntry(int chunk) {
    return isWhole(chunk) ? entries[chunk] : (long) Entry.TABLE << 60;
  }

  /** Its entries come now. */
  void beginRead() {
    entries = new long[CHUNKS];
  }

  /** Sets a chunk of a page that is being read to one extent. */
  void load(int chunk, long entry) {
    entries[chunk] = entry;
  }

  /** Sets the blocks of a chunk of a page that is being read to entries in bytes. */
  void loadTable(int chunk, byte[] bytes, int from) {
    int table = space.take();
    space.read(table, bytes, from);
    setTable(chunk, table);
  }

  /** Puts the entries of a chunk that is not one extent into bytes. */
  void storeTable(int chunk, byte[] bytes, int from) {
    space.write(table(chunk), bytes, from);
  }
}
