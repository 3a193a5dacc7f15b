package io.virga.blockstore.engine;

/** How much each slot is used, to look at. On the pool's loop. */
interface SlotCounts {

  /** How many blocks refer to each slot now, at least; once all maps have been read. */
  int[] counts();

  /** How many slots there are, and are used. */
  Totals totals();

  /**
   * How many slots there are; no map refers to others.
   *
   * @param used as far as that is known
   */
  record Totals(int slots, int used) {}

  /** The first slot at or behind this one that is used, or -1. */
  int nextUsed(int from);
}
