package io.virga.dataplane.ring;

import java.util.Arrays;

/**
 * The slots of each device. An entry stays when its slot moves away: whoever reads it looks at the
 * draft again. A slot is one number, replica × partitions + partition.
 */
final class SlotIndex {

  private final Draft draft;
  private final int[][] slots;
  private final int[] counts;
  private boolean built;

  SlotIndex(Draft draft) {
    this.draft = draft;
    this.slots = new int[draft.domains().devices()][0];
    this.counts = new int[slots.length];
  }

  /** Fills the index on its first use. */
  void build() {
    if (!built) {
      built = true;
      for (int replica = 0; replica < draft.replicas(); replica++) {
        for (int partition = 0; partition < draft.partitions(); partition++) {
          put(draft.holder(replica, partition), replica * draft.partitions() + partition);
        }
      }
    }
  }

  /** Notes that a slot has come to a device. */
  void add(int position, int slot) {
    if (built) {
      put(position, slot);
    }
  }

  private void put(int position, int slot) {
    if (counts[position] == slots[position].length) {
      slots[position] = Arrays.copyOf(slots[position], Math.max(8, 2 * counts[position]));
    }
    slots[position][counts[position]++] = slot;
  }

  int count(int position) {
    return counts[position];
  }

  int slot(int position, int number) {
    return slots[position][number];
  }

  int replica(int slot) {
    return slot / draft.partitions();
  }

  int partition(int slot) {
    return slot & (draft.partitions() - 1);
  }
}
