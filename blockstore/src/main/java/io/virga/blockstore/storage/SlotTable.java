package io.virga.blockstore.storage;

import io.virga.blockstore.extent.SlotReferences;
import io.virga.dataplane.Invariant;
import java.util.Arrays;

/**
 * How many blocks refer to each slot, and which slots are free.
 *
 * <p>Slot: absent → clean (added, zeros on disk) → used (taken) → dirty (last reference dropped) →
 * used. After a start every free slot counts as dirty: a write that was never acknowledged may have
 * touched it. Owned by the pool's loop.
 */
public final class SlotTable implements SlotReferences {

  private int[] references = new int[1024];
  private int slots;
  private final SlotQueue clean = new SlotQueue();
  private final SlotQueue dirty = new SlotQueue();

  /** More slots, used by nobody and not yet free. */
  public void resize(int count) {
    slots = Math.max(slots, count);
    if (slots > references.length) {
      references = Arrays.copyOf(references, Math.max(slots, references.length * 2));
    }
  }

  /** New slots that hold zeros. */
  public void addClean(int first, int count) {
    Invariant.check(first == slots, "slots are added in order");
    resize(first + count);
    for (int i = 0; i < count; i++) {
      clean.add(first + i);
    }
  }

  /** After a start: what nobody refers to is free. */
  public void freeUnreferenced() {
    for (int slot = 0; slot < slots; slot++) {
      if (references[slot] == 0) {
        dirty.add(slot);
      }
    }
  }

  @Override
  public void retain(int slot, int blocks) {
    Invariant.check(slot < slots, "a map refers to slots that exist");
    references[slot] = Math.addExact(references[slot], blocks);
  }

  @Override
  public void drop(int slot, int blocks) {
    Invariant.check(references[slot] >= blocks, "a slot is dropped as often as retained");
    references[slot] -= blocks;
    if (references[slot] == 0) {
      dirty.add(slot);
    }
  }

  @Override
  public long count(int slot) {
    return references[slot];
  }

  /** Takes a slot that holds zeros, or answers -1. The caller retains it before anything else. */
  public int takeClean() {
    return clean.poll();
  }

  /** Takes a slot that may hold anything, or answers -1. */
  public int takeAny() {
    int slot = dirty.poll();
    return slot >= 0 ? slot : clean.poll();
  }

  /** Takes a slot that does not hold zeros, to zero it; or answers -1. */
  public int takeDirty() {
    return dirty.poll();
  }

  /** A free slot holds zeros now. */
  public void returnClean(int slot) {
    clean.add(slot);
  }

  /** A free slot could not be zeroed. */
  public void returnDirty(int slot) {
    dirty.add(slot);
  }

  /** How many blocks refer to each slot now. */
  public int[] counts() {
    return Arrays.copyOf(references, slots);
  }

  public int slotCount() {
    return slots;
  }

  public int freeCount() {
    return clean.size() + dirty.size();
  }

  public int cleanCount() {
    return clean.size();
  }

  /** A first-in first-out queue of ints: freed space is used again as late as can be. */
  private static final class SlotQueue {
    private int[] ring = new int[64];
    private int head;
    private int size;

    void add(int slot) {
      if (size == ring.length) {
        int[] larger = new int[ring.length * 2];
        for (int i = 0; i < size; i++) {
          larger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        head = 0;
      }
      ring[(head + size) & (ring.length - 1)] = slot;
      size++;
    }

    int poll() {
      if (size == 0) {
        return -1;
      }
      int slot = ring[head];
      head = (head + 1) & (ring.length - 1);
      size--;
      return slot;
    }

    int size() {
      return size;
    }
  }
}
