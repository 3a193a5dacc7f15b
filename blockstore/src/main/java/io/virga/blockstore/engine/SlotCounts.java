package io.virga.blockstore.engine;

/** How much each slot is used, to look at. On the pool's loop. */
interface SlotCounts {

  /** How many blocks refer to each slot now, at least. */
  int[] counts();

  /** The first slot at or behind this one that is used, or -1. */
  int nextUsed(int from);
}
