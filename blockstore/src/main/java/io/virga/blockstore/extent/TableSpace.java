package io.virga.blockstore.extent;

import io.virga.dataplane.Invariant;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The tables of chunks that are not one extent, 256 entries of 8 bytes each, outside the heap: a
 * volume of ten million extents has 80 MB of them, which a collector would copy while everybody
 * waits. Slabs of 1 MiB are used again, and go when the pool that has them does. Owned by the
 * pool's loop.
 */
final class TableSpace {

  /** No table. */
  static final int NONE = 0;

  private static final int TABLE_SHIFT = Entry.CHUNK_BLOCK_SHIFT;
  private static final int ENTRIES = Entry.CHUNK_BLOCKS;
  private static final ValueLayout.OfLong IN_BYTES =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int SLAB_SHIFT = 9;
  private static final int SLAB_TABLES = 1 << SLAB_SHIFT;
  private static final long TABLE_BYTES = 8L << TABLE_SHIFT;

  private final Arena arena = Arena.ofAuto();
  private MemorySegment[] slabs = new MemorySegment[0];
  private int[] free = new int[SLAB_TABLES];
  private int freeCount;
  private int used;

  /** A table of anything, which is whoever takes it to fill. */
  int take() {
    if (freeCount == 0) {
      grow();
    }
    used++;
    freeCount--;
    return free[freeCount];
  }

  private void grow() {
    int slab = slabs.length;
    slabs = Arrays.copyOf(slabs, slab + 1);
    slabs[slab] = arena.allocate(TABLE_BYTES << SLAB_SHIFT, 8);
    for (int i = SLAB_TABLES - 1; i >= 0; i--) {
      add((slab << SLAB_SHIFT) + i + 1);
    }
  }

  private void add(int table) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, free.length * 2);
    }
    free[freeCount] = table;
    freeCount++;
  }

  /** Another table of the same entries. */
  int copy(int table) {
    int copy = take();
    MemorySegment.copy(slab(table), offset(table, 0), slab(copy), offset(copy, 0), TABLE_BYTES);
    return copy;
  }

  /** Nobody has the table any more. */
  void give(int table) {
    used--;
    Invariant.check(table != NONE && used >= 0, "a table is given back once");
    add(table);
  }

  long get(int table, int index) {
    return slab(table).get(ValueLayout.JAVA_LONG, offset(table, index));
  }

  void set(int table, int index, long entry) {
    slab(table).set(ValueLayout.JAVA_LONG, offset(table, index), entry);
  }

  /** Sets all entries of a table to those in the bytes, big-endian, from an offset on. */
  void read(int table, byte[] bytes, int from) {
    MemorySegment source = MemorySegment.ofArray(bytes);
    MemorySegment.copy(
        source, IN_BYTES, from, slab(table), ValueLayout.JAVA_LONG, offset(table, 0), ENTRIES);
  }

  /** Puts all entries of a table into the bytes, likewise. */
  void write(int table, byte[] bytes, int from) {
    MemorySegment target = MemorySegment.ofArray(bytes);
    MemorySegment.copy(
        slab(table), ValueLayout.JAVA_LONG, offset(table, 0), target, IN_BYTES, from, ENTRIES);
  }

  /** How many are taken. */
  int used() {
    return used;
  }

  private MemorySegment slab(int table) {
    return slabs[(table - 1) >>> SLAB_SHIFT];
  }

  private static long offset(int table, int index) {
    return (((long) (table - 1) & (SLAB_TABLES - 1)) * TABLE_BYTES) + 8L * index;
  }
}
