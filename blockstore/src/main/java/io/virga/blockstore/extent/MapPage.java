package io.virga.blockstore.extent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The map of 64 chunks in a row (64 MiB of a volume): 8 bytes for a chunk that is one extent, a
 * table of 256 entries for one that is not. Shared by reference count; changed only when not
 * shared.
 */
public final class MapPage {

  public static final int CHUNKS = 64;
  public static final int CHUNK_BITS = 6;

  private final long id;
  private final long[] entries;
  private final long[] @Nullable [] tables;
  private int references = 1;

  MapPage(long id) {
    this.id = id;
    this.entries = new long[CHUNKS];
    this.tables = new long[CHUNKS][];
  }

  private MapPage(long id, MapPage source) {
    this.id = id;
    this.entries = source.entries.clone();
    this.tables = new long[CHUNKS][];
    for (int i = 0; i < CHUNKS; i++) {
      long[] table = source.tables[i];
      tables[i] = table == null ? null : table.clone();
    }
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
    long[] table = tables[chunk];
    return table != null ? table[block] : Entry.advance(entries[chunk], block);
  }

  /** The number of blocks from this one, within the chunk, that are one run with it in one slot. */
  int runLength(int chunk, int block) {
    long[] table = tables[chunk];
    if (table == null) {
      return Entry.CHUNK_BLOCKS - block;
    }
    long first = table[block];
    int length = 1;
    while (block + length < Entry.CHUNK_BLOCKS
        && table[block + length] == Entry.advance(first, length)
        && Entry.slot(table[block + length]) == Entry.slot(first)) {
      length++;
    }
    return length;
  }

  /** How many of the chunk's blocks lie in the slot. */
  int blocksIn(int chunk, int slot) {
    long[] table = tables[chunk];
    if (table == null) {
      return in(entries[chunk], slot) ? Entry.CHUNK_BLOCKS : 0;
    }
    int count = 0;
    for (long entry : table) {
      count += in(entry, slot) ? 1 : 0;
    }
    return count;
  }

  /** The slot of the first block that has the same place in it as in the chunk, or -1. */
  int home(int chunk) {
    long[] table = tables[chunk];
    for (int i = 0; table != null && i < table.length; i++) {
      int slot = Entry.slot(table[i]);
      if (isAtHome(table[i], slot, i)) {
        return slot;
      }
    }
    return -1;
  }

  /** How many blocks of a chunk that is not whole have the same place in the slot. */
  int blocksAtHome(int chunk, int slot) {
    long[] table = tables[chunk];
    int count = 0;
    for (int i = 0; table != null && i < table.length; i++) {
      count += isAtHome(table[i], slot, i) ? 1 : 0;
    }
    return count;
  }

  private static boolean isAtHome(long entry, int slot, int block) {
    return Entry.kind(entry) == Entry.MAPPED
        && Entry.address(entry) == Entry.slotAddress(slot) + block;
  }

  boolean isWhole(int chunk) {
    return tables[chunk] == null;
  }

  /** Sets blocks of one chunk to a run; drops what they were, and counts both. */
  void put(int chunk, int block, int count, long entry, SlotReferences slots, BlockCounts counts) {
    counts.add(entry, count);
    if (count == Entry.CHUNK_BLOCKS) {
      countChunk(chunk, -1, counts);
      dropChunk(chunk, slots);
      tables[chunk] = null;
      entries[chunk] = entry;
      return;
    }
    long[] table = table(chunk);
    for (int i = 0; i < count; i++) {
      long old = table[block + i];
      counts.add(old, -1);
      if (Entry.kind(old) == Entry.MAPPED) {
        slots.drop(Entry.slot(old), 1);
      }
      table[block + i] = Entry.advance(entry, i);
    }
    collapse(chunk, table);
  }

  private long[] table(int chunk) {
    long[] table = tables[chunk];
    if (table == null) {
      table = new long[Entry.CHUNK_BLOCKS];
      for (int i = 0; i < table.length; i++) {
        table[i] = Entry.advance(entries[chunk], i);
      }
      tables[chunk] = table;
    }
    return table;
  }

  private void collapse(int chunk, long[] table) {
    long first = table[0];
    if (Entry.kind(first) == Entry.MAPPED
        && (Entry.address(first) & (Entry.CHUNK_BLOCKS - 1)) != 0) {
      return;
    }
    if (runLength(chunk, 0) == table.length) {
      tables[chunk] = null;
      entries[chunk] = first;
    }
  }

  private void dropChunk(int chunk, SlotReferences slots) {
    long[] table = tables[chunk];
    if (table != null) {
      for (long entry : table) {
        if (Entry.kind(entry) == Entry.MAPPED) {
          slots.drop(Entry.slot(entry), 1);
        }
      }
    } else if (Entry.kind(entries[chunk]) == Entry.MAPPED) {
      slots.drop(Entry.slot(entries[chunk]), Entry.CHUNK_BLOCKS);
    }
  }

  void dropAll(SlotReferences slots) {
    for (int i = 0; i < CHUNKS; i++) {
      dropChunk(i, slots);
    }
    Arrays.fill(entries, Entry.UNSET);
    Arrays.fill(tables, null);
  }

  /** Counts every block of the page for the slots that hold them. */
  public void retainAll(SlotReferences slots) {
    for (int i = 0; i < CHUNKS; i++) {
      long[] table = tables[i];
      if (table != null) {
        for (long entry : table) {
          if (Entry.kind(entry) == Entry.MAPPED) {
            slots.retain(Entry.slot(entry), 1);
          }
        }
      } else if (Entry.kind(entries[i]) == Entry.MAPPED) {
        slots.retain(Entry.slot(entries[i]), Entry.CHUNK_BLOCKS);
      }
    }
  }

  /** How many entries it takes to look at all of the page. */
  int entryCount() {
    int count = CHUNKS;
    for (long[] table : tables) {
      count += table == null ? 0 : Entry.CHUNK_BLOCKS;
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
    long[] table = tables[chunk];
    if (table == null) {
      counts.add(entries[chunk], (long) factor * Entry.CHUNK_BLOCKS);
      return;
    }
    for (long entry : table) {
      counts.add(entry, factor);
    }
  }

  long rawEntry(int chunk) {
    return tables[chunk] == null ? entries[chunk] : (long) Entry.TABLE << 60;
  }

  void load(int chunk, long entry, long @Nullable [] table) {
    entries[chunk] = entry;
    tables[chunk] = table;
  }

  private static boolean in(long entry, int slot) {
    return Entry.kind(entry) == Entry.MAPPED && Entry.slot(entry) == slot;
  }
}
