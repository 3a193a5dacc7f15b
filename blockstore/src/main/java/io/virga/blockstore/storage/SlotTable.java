package io.virga.blockstore.storage;

import io.virga.blockstore.extent.SlotReferences;
import io.virga.dataplane.Invariant;
import java.util.Arrays;

/**
 * How many blocks refer to each slot, and which slots are free.
 *
 * <p>Slot: absent → clean (added, zeros on disk) → used (taken) → dirty (last reference dropped) →
 * used, or hollow (its space was given back to the file system) → clean (written with zeros) →
 * used. After a start those that were there are uncounted: not free, and nobody's alone, until all
 * that refers to them has been read; then those that nobody refers to are of before: dirty, since a
 * write that was never acknowledged may have touched them, or hollow, nobody knows. Owned by the
 * pool's loop.
 */
public final class SlotTable implements SlotReferences {

  private int[] references = new int[1024];
  private int slots;
  private int uncounted;
  private int usedBefore;
  private final SlotQueue clean = new SlotQueue();
  private final SlotQueue dirty = new SlotQueue();
  private final SlotQueue ofBefore = new SlotQueue();
  private final SlotQueue hollow = new SlotQueue();

  /**
   * The slots that are there at a start.
   *
   * @param used how many of them were used before, as far as that is known
   */
  public void addUncounted(int count, int used) {
    resize(count);
    uncounted = count;
    usedBefore = used;
  }

  /** Whether there are slots of which nobody knows whether they are free. */
  public boolean isCounting() {
    return uncounted > 0;
  }

  private void resize(int count) {
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

  /** All that refers to uncounted slots has been counted: what nobody refers to is free. */
  public void endCounting() {
    for (int slot = 0; slot < uncounted; slot++) {
      if (references[slot] == 0) {
        ofBefore.add(slot);
      }
    }
    uncounted = 0;
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
    if (references[slot] == 0 && slot >= uncounted) {
      dirty.add(slot);
    }
  }

  /** How many blocks refer to the slot; of one that is uncounted, more than can be. */
  @Override
  public long count(int slot) {
    return slot < uncounted ? Long.MAX_VALUE : references[slot];
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

  /** Takes a slot that does not hold zeros and has its space, to zero it; or answers -1. */
  public int takeDirty() {
    return dirty.poll();
  }

  /** Takes a slot that has no space, or of which that is not known, to zero it; or answers -1. */
  public int takeHollow() {
    int slot = ofBefore.poll();
    return slot >= 0 ? slot : hollow.poll();
  }

  /** Takes a free slot whose space may be given back, if so many others have theirs; or -1. */
  public int takeSpare(int others) {
    int slot = ofBefore.poll();
    return slot >= 0 || readyCount() <= others ? slot : dirty.poll();
  }

  /** A free slot holds zeros now. */
  public void returnClean(int slot) {
    clean.add(slot);
  }

  /** A free slot could not be zeroed. */
  public void returnDirty(int slot) {
    dirty.add(slot);
  }

  /** A free slot has no space. */
  public void returnHollow(int slot) {
    hollow.add(slot);
  }

  /** A free slot may have no space. */
  public void returnOfBefore(int slot) {
    ofBefore.add(slot);
  }

  /** How many blocks refer to each slot now. */
  public int[] counts() {
    return Arrays.copyOf(references, slots);
  }

  public int slotCount() {
    return slots;
  }

  /** How many slots are not free; while some are uncounted, as far as that is known. */
  public int usedCount() {
    int there = isCounting() ? usedBefore + slots - uncounted : slots;
    return there - freeCount();
  }

  public int freeCount() {
    return readyCount() + ofBefore.size() + hollow.size();
  }

  /** How many free slots can be taken. */
  public int readyCount() {
    return clean.size() + dirty.size();
  }

  /** How many free slots have given back their space since the start. */
  public int hollowCount() {
    return hollow.size();
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
