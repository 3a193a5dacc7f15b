package io.virga.blockstore.extent;

import io.virga.dataplane.Invariant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * What all maps of a pool have in common: names for pages and roots, the counts of slots, and what
 * has changed since the last checkpoint. Owned by the pool's loop.
 */
public final class MapSpace {

  private final SlotReferences slots;
  private final TableSpace tables = new TableSpace();
  private final ListedPages listed;
  private LongFunction<byte[]> rows = MapSpace::refuse;
  private long nextId;
  private Map<Long, MapPage> changedPages = new HashMap<>();
  private Map<Long, MapRoot> changedRoots = new HashMap<>();
  private Set<Long> gonePages = new HashSet<>();
  private Set<Long> goneRoots = new HashSet<>();
  private Recount recount = Recount.none();
  private PageCapture captured = new PageCapture(Map.of(), (id, bytes) -> {});

  /** Names begin at {@code nextId}. */
  public MapSpace(SlotReferences slots, long nextId) {
    this.slots = slots;
    this.nextId = nextId;
    this.listed = new ListedPages(this, nextId);
  }

  private static byte[] refuse(long id) {
    throw new IllegalStateException("map page " + id + " is to be read before it is changed");
  }

  TableSpace tables() {
    return tables;
  }

  SlotReferences slots() {
    return slots;
  }

  /** The pages that the last checkpoint held. */
  public ListedPages listed() {
    return listed;
  }

  /** From now on pages that are unread when they change are read from these rows. */
  public void readFrom(LongFunction<byte[]> source) {
    rows = source;
  }

  /** From now on no page changes that is unread. */
  public void readFromNowhere() {
    rows = MapSpace::refuse;
  }

  /** The page is about to change, or to be copied. */
  void require(MapPage page) {
    if (!page.isRead()) {
      read(page, rows.apply(page.id()));
    }
  }

  /** An unread page has these entries; the slots that they are in are counted. */
  void read(MapPage page, byte[] bytes) {
    Invariant.check(!page.isRead() && page.references() > 0, "a page that is used is read once");
    MapCodec.read(page, bytes);
    page.retainAll(slots);
  }

  /** Counts the blocks of all pages that have been read or made. */
  public void retainRead() {
    listed.retainRead(slots);
    changedPages.values().stream()
        .filter(page -> !listed.has(page.id()))
        .forEach(page -> page.retainAll(slots));
  }

  /** Nobody refers to the row of this page. */
  void forgetPage(long id) {
    gonePages.add(id);
  }

  /** Nobody refers to the rows of these roots. */
  public void forgetRoots(Set<Long> ids) {
    goneRoots.addAll(ids);
  }

  /** The first name that is not used yet. */
  public long nextId() {
    return nextId;
  }

  long takeId() {
    return nextId++;
  }

  /** The page is about to change. */
  void changed(MapPage page) {
    captured.before(page);
    recount.before(page);
    changedPages.put(page.id(), page);
  }

  void changed(MapRoot root) {
    changedRoots.put(root.id(), root);
  }

  /** The page is about to be given up. */
  void gone(MapPage page) {
    captured.before(page);
    recount.before(page);
    changedPages.remove(page.id());
    gonePages.add(page.id());
  }

  void gone(MapRoot root) {
    changedRoots.remove(root.id());
    goneRoots.add(root.id());
  }

  /** Begins to count how many blocks of the maps refer to each of so many slots now. */
  public Recount beginRecount(Collection<VolumeMap> maps, int slotCount) {
    recount = Recount.of(maps, nextId, slotCount);
    return recount;
  }

  /** The recount has ended. */
  public void endRecount() {
    recount = Recount.none();
  }

  /** Bytes of maps outside the heap. */
  public long tableBytes() {
    return (long) tables.used() * Entry.CHUNK_BLOCKS * Long.BYTES;
  }

  /** How many pages and roots differ from the last checkpoint. */
  public int changedCount() {
    return changedPages.size() + changedRoots.size() + gonePages.size() + goneRoots.size();
  }

  /**
   * What has changed since this was last asked. The pages are captured as they are now, and go to
   * the sink, before this is asked again.
   */
  public Changes takeChanges(PageCapture.PageSink sink) {
    Invariant.check(captured.isEncoded(), "one capture of the maps at a time");
    captured = new PageCapture(changedPages, sink);
    Changes changes = new Changes(captured, changedRoots, gonePages, goneRoots);
    changedPages = new HashMap<>();
    changedRoots = new HashMap<>();
    gonePages = new HashSet<>();
    goneRoots = new HashSet<>();
    return changes;
  }

  /** Pages and roots by what happened to them. */
  public record Changes(
      PageCapture pages, Map<Long, MapRoot> roots, Set<Long> gonePages, Set<Long> goneRoots) {}
}
