package io.virga.blockstore.engine;

import io.virga.blockstore.extent.Entry;

/**
 * Where a volume's moved blocks go: one behind another in a slot of its own, so that a first write
 * after a snapshot costs 4 KiB, not a chunk. Holds one reference to the slot while it is open.
 */
final class PackedCursor {

  private final SlotSupply supply;
  private int slot = -1;
  private int next;

  PackedCursor(SlotSupply supply) {
    this.supply = supply;
  }

  /** Space for some of these blocks, with their references; or nothing, if there is no slot. */
  Space take(int blocks) {
    if (slot < 0) {
      slot = supply.takeAny(1);
      next = 0;
      if (slot < 0) {
        return Space.NONE;
      }
    }
    int count = Math.min(blocks, Entry.CHUNK_BLOCKS - next);
    supply.retain(slot, count);
    Space space = new Space(Entry.slotAddress(slot) + next, count);
    next += count;
    if (next == Entry.CHUNK_BLOCKS) {
      close();
    }
    return space;
  }

  /** Gives up the rest of the slot. */
  void close() {
    if (slot >= 0) {
      supply.giveBack(slot, 1);
      slot = -1;
    }
  }

  /** Blocks in a row. */
  record Space(long address, int blocks) {
    static final Space NONE = new Space(0, 0);
  }
}
