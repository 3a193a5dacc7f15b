package io.virga.blockstore.engine;

import io.virga.blockstore.extent.SlotReferences;
import io.virga.blockstore.storage.SlotTable;
import java.util.Arrays;

/**
 * The counts that maps see. What a map gives up is dropped only when the record that says so is
 * durable and no I/O can touch it any more: until then the slot is neither free nor exclusively
 * somebody else's. While a journal is replayed nothing is counted; {@link #counting} begins it.
 */
final class PoolSlots implements SlotReferences {

  private static final int APPLIED_AT_A_TIME = 16 << 10;

  private final SlotTable table;
  private Drops drops = new Drops();
  private int outstanding;
  private boolean counting;

  PoolSlots(SlotTable table) {
    this.table = table;
  }

  void counting() {
    counting = true;
  }

  @Override
  public void retain(int slot, int blocks) {
    if (counting) {
      table.retain(slot, blocks);
    }
  }

  @Override
  public void drop(int slot, int blocks) {
    if (counting) {
      drops.add(slot, blocks);
    }
  }

  @Override
  public long count(int slot) {
    return table.count(slot);
  }

  boolean hasDrops() {
    return drops.size > 0;
  }

  /** How much has been given up and not come free yet; in entries, of about a block each. */
  int outstanding() {
    return outstanding;
  }

  /** What was given up since this was last asked. */
  Drops takeDrops() {
    Drops taken = drops;
    drops = new Drops();
    return taken;
  }

  /** Slots with a number of blocks each. */
  final class Drops {
    private long[] items = new long[16];
    private int size;

    private void add(int slot, int blocks) {
      if (size > 0 && (int) (items[size - 1] >>> 32) == slot) {
        items[size - 1] += blocks;
        return;
      }
      if (size == items.length) {
        items = Arrays.copyOf(items, size * 2);
      }
      items[size++] = ((long) slot << 32) | blocks;
      outstanding++;
    }

    /** Makes some of them free, a bounded number at a time; whether that was all. */
    boolean apply() {
      int end = Math.max(0, size - APPLIED_AT_A_TIME);
      outstanding -= size - end;
      while (size > end) {
        size--;
        table.drop((int) (items[size] >>> 32), (int) items[size]);
      }
      return size == 0;
    }
  }
}
