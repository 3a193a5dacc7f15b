package io.virga.blockstore.extent;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pages that the last checkpoint held, from the first of them until all have been read: a start
 * lists them by the roots that refer to them, 8 bytes for 64 MiB of a volume, and does not wait for
 * their entries. Owned by the pool's loop.
 */
public final class ListedPages {

  private final MapSpace space;
  private final long firstLaterId;
  private final Map<Long, MapPage> pages = new HashMap<>();

  ListedPages(MapSpace space, long firstLaterId) {
    this.space = space;
    this.firstLaterId = firstLaterId;
  }

  /** The page of this name, which is unread and which nobody refers to the first time. */
  public MapPage page(long id) {
    return pages.computeIfAbsent(id, unread -> MapPage.unread(unread, space.tables()));
  }

  boolean has(long id) {
    return pages.containsKey(id);
  }

  void retainRead(SlotReferences slots) {
    pages.values().stream()
        .filter(page -> page.references() > 0)
        .forEach(page -> page.retainAll(slots));
  }

  /**
   * Takes a row of the checkpoint or of a later one, of a page that may be unread, read or gone:
   * the row of one that is gone will be removed. Not to be asked after {@link #clear}, which makes
   * all look gone.
   */
  public void take(long id, byte[] bytes) {
    MapPage page = pages.get(id);
    if (page == null) {
      if (id < firstLaterId) {
        space.forgetPage(id);
      }
    } else {
      load(page, bytes);
    }
  }

  /** Reads a page that was listed, unless it is read or gone by now. */
  public void load(MapPage page, byte[] bytes) {
    if (page.references() > 0 && !page.isRead()) {
      space.read(page, bytes);
    }
  }

  /** How many were listed. */
  public int count() {
    return pages.size();
  }

  /** A page that is used and that no row has brought, if there is one. */
  public Optional<MapPage> unread() {
    return pages.values().stream()
        .filter(page -> page.references() > 0 && !page.isRead())
        .findFirst();
  }

  /** All have been read: from now on they are pages as all others. */
  public void clear() {
    pages.clear();
  }
}
