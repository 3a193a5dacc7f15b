package io.virga.blockstore.extent;

/** Counts how many blocks of maps refer to a slot. A chunk that lies whole in it counts 256. */
public interface SlotReferences {

  /** More blocks refer to the slot. */
  void retain(int slot, int blocks);

  /** Fewer blocks refer to the slot. */
  void drop(int slot, int blocks);

  /** How many blocks refer to the slot. */
  long count(int slot);
}
