package io.virga.blockstore.extent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The pages of a map, one for 64 MiB. Shared by reference count, changed only when not shared. */
public final class MapRoot {

  private final long id;
  private @Nullable MapPage[] pages;
  private int references = 1;

  MapRoot(long id, @Nullable MapPage[] pages) {
    this.id = id;
    this.pages = pages;
  }

  /** The root's name in checkpoints, never used again for another. */
  public long id() {
    return id;
  }

  public int references() {
    return references;
  }

  void share() {
    references++;
  }

  boolean unshare() {
    references--;
    return references == 0;
  }

  int pageCount() {
    return pages.length;
  }

  @Nullable MapPage page(int index) {
    return index < pages.length ? pages[index] : null;
  }

  void setPage(int index, @Nullable MapPage page) {
    if (index >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(index + 1, pages.length + pages.length / 2));
    }
    pages[index] = page;
  }

  /** A copy that refers to the same pages. */
  MapRoot copy(long copyId) {
    for (MapPage page : pages) {
      if (page != null) {
        page.share();
      }
    }
    return new MapRoot(copyId, pages.clone());
  }
}
