package io.virga.dataplane.ring;

import java.util.BitSet;

/**
 * What a rebalance has changed so far. Of a partition that may move, one slot is moved; that slot
 * may then be given to yet another device, but no other of the partition moves.
 */
final class Changes {

  private final Draft draft;
  private final BitSet movable;
  private final BitSet touched = new BitSet();
  private final BitSet changed = new BitSet();
  private final SlotIndex index;
  private final char[][] before;

  Changes(Draft draft, BitSet movable) {
    this.draft = draft;
    this.movable = movable;
    this.index = new SlotIndex(draft);
    this.before = new char[draft.replicas()][draft.partitions()];
    for (int replica = 0; replica < draft.replicas(); replica++) {
      for (int partition = 0; partition < draft.partitions(); partition++) {
        before[replica][partition] = (char) draft.holder(replica, partition);
      }
    }
  }

  /** Which slots each device holds. */
  SlotIndex index() {
    return index;
  }

  /** Whether nothing has moved, and everything may. */
  boolean areNone() {
    return touched.isEmpty() && movable.cardinality() == draft.partitions();
  }

  /** Whether a partition may move, and nothing of it has. */
  boolean isUntouched(int partition) {
    return movable.get(partition) && !touched.get(partition);
  }

  /** Whether a slot has been given to another device already. */
  private boolean isChanged(int replica, int partition) {
    return changed.get(slot(replica, partition));
  }

  /** Whether a slot may be given to another device. */
  boolean mayChange(int replica, int partition) {
    return isChanged(replica, partition) || isUntouched(partition);
  }

  /** Who held the only slot of a partition that has moved, unless it had to. */
  int replaced(int partition) {
    int replica = onlyChanged(partition);
    return replica < 0 || before[replica][partition] == Ring.NONE
        ? Draft.NOWHERE
        : before[replica][partition];
  }

  private int onlyChanged(int partition) {
    int only = -1;
    for (int replica = 0; replica < draft.replicas(); replica++) {
      if (isChanged(replica, partition)) {
        if (only >= 0) {
          return -1;
        }
        only = replica;
      }
    }
    return only;
  }

  /** Moves a slot in place of the only one of its partition that has moved, to the same device. */
  void moveInstead(int replica, int partition) {
    int other = onlyChanged(partition);
    int position = draft.holder(other, partition);
    move(other, partition, before[other][partition]);
    changed.clear(slot(other, partition));
    move(replica, partition, position);
  }

  void move(int replica, int partition, int position) {
    draft.assign(replica, partition, position);
    touched.set(partition);
    changed.set(slot(replica, partition));
    index.add(position, slot(replica, partition));
  }

  /** Takes the only move of a partition back. */
  void undo(int replica, int partition, int before) {
    draft.assign(replica, partition, before);
    touched.clear(partition);
    changed.clear(slot(replica, partition));
  }

  private int slot(int replica, int partition) {
    return replica * draft.partitions() + partition;
  }
}
