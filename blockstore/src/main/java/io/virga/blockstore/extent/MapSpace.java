package io.virga.blockstore.extent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What all maps of a pool have in common: names for pages and roots, the counts of slots, and what
 * has changed since the last checkpoint. Owned by the pool's loop.
 */
public final class MapSpace {

  private final SlotReferences slots;
  private long nextId;
  private Map<Long, MapPage> changedPages = new HashMap<>();
  private Map<Long, MapRoot> changedRoots = new HashMap<>();
  private Set<Long> gonePages = new HashSet<>();
  private Set<Long> goneRoots = new HashSet<>();

  /** Names begin at {@code nextId}. */
  public MapSpace(SlotReferences slots, long nextId) {
    this.slots = slots;
    this.nextId = nextId;
  }

  SlotReferences slots() {
    return slots;
  }

  /** The first name that is not used yet. */
  public long nextId() {
    return nextId;
  }

  long takeId() {
    return nextId++;
  }

  void changed(MapPage page) {
    changedPages.put(page.id(), page);
  }

  void changed(MapRoot root) {
    changedRoots.put(root.id(), root);
  }

  void gone(MapPage page) {
    changedPages.remove(page.id());
    gonePages.add(page.id());
  }

  void gone(MapRoot root) {
    changedRoots.remove(root.id());
    goneRoots.add(root.id());
  }

  /** Pages and roots of the last checkpoint that nobody refers to. */
  public void forget(Set<Long> pages, Set<Long> roots) {
    gonePages.addAll(pages);
    goneRoots.addAll(roots);
  }

  /** How many pages and roots differ from the last checkpoint. */
  public int changedCount() {
    return changedPages.size() + changedRoots.size() + gonePages.size() + goneRoots.size();
  }

  /** What has changed since this was last asked. */
  public Changes takeChanges() {
    Changes changes = new Changes(changedPages, changedRoots, gonePages, goneRoots);
    changedPages = new HashMap<>();
    changedRoots = new HashMap<>();
    gonePages = new HashSet<>();
    goneRoots = new HashSet<>();
    return changes;
  }

  /** Pages and roots by what happened to them. */
  public record Changes(
      Map<Long, MapPage> pages,
      Map<Long, MapRoot> roots,
      Set<Long> gonePages,
      Set<Long> goneRoots) {}
}
