package io.virga.blockstore.extent;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many blocks of all maps referred to each slot at one moment, counted a few pages at a time; a
 * page that is about to change first is counted before it does. Owned by the pool's loop.
 */
public final class Recount {

  private final long firstLaterId;
  private final Deque<@Nullable MapPage[]> left = new ArrayDeque<>();
  private final Set<Long> counted = new HashSet<>();
  private final Counts counts;
  private int next;

  private Recount(long firstLaterId, int slots) {
    this.firstLaterId = firstLaterId;
    this.counts = new Counts(new long[slots]);
  }

  /** Of nothing. */
  static Recount none() {
    return new Recount(0, 0);
  }

  static Recount of(Collection<VolumeMap> maps, long firstLaterId, int slots) {
    Recount recount = new Recount(firstLaterId, slots);
    Set<Long> roots = new HashSet<>();
    for (VolumeMap map : maps) {
      if (roots.add(map.root().id())) {
        recount.left.add(map.root().pages());
      }
    }
    return recount;
  }

  void before(MapPage page) {
    if (page.id() < firstLaterId && counted.add(page.id())) {
      page.retainAll(counts);
    }
  }

  /** Counts pages of about so many entries; whether all are counted. */
  public boolean countSome(int maximumEntries) {
    int entries = 0;
    while (!left.isEmpty()) {
      @Nullable MapPage[] pages = left.getFirst();
      for (; next < pages.length; next++) {
        if (entries >= maximumEntries) {
          return false;
        }
        MapPage page = pages[next];
        entries += page == null ? 1 : page.entryCount();
        if (page != null && page.references() > 0) {
          before(page);
        }
      }
      left.removeFirst();
      next = 0;
    }
    return true;
  }

  /** The blocks that referred to the slot. */
  public long count(int slot) {
    return counts.count(slot);
  }

  private record Counts(long[] blocks) implements SlotReferences {

    @Override
    public void retain(int slot, int count) {
      blocks[slot] += count;
    }

    @Override
    public void drop(int slot, int count) {
      blocks[slot] -= count;
    }

    @Override
    public long count(int slot) {
      return blocks[slot];
    }
  }
}
