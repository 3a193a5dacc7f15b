package io.virga.blockstore.extent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The pages of a map, one for 64 MiB. Shared by reference count, changed only when not shared. */
public final class MapRoot {

  private final long id;
  private @Nullable MapPage[] pages;
  private int pageCount;
  private int references = 1;
  private final BlockCounts counts = new BlockCounts();

  MapRoot(long id, @Nullable MapPage[] pages) {
    this.id = id;
    this.pages = pages;
    this.pageCount = pages.length;
  }

  /** The root's name in checkpoints, never used again for another. */
  public long id() {
    return id;
  }

  public int references() {
    return references;
  }

  /** How many blocks of all pages are of a kind. */
  BlockCounts counts() {
    return counts;
  }

  /** Takes what a checkpoint says of its blocks. */
  public void count(long mappedBlocks, long remoteBlocks) {
    counts.set(mappedBlocks, remoteBlocks);
  }

  /** Counts the blocks of all pages anew, which have all been read. */
  public void recount() {
    counts.set(0, 0);
    for (int i = 0; i < pageCount; i++) {
      MapPage page = pages[i];
      if (page != null) {
        page.count(counts);
      }
    }
  }

  void share() {
    references++;
  }

  boolean unshare() {
    references--;
    return references == 0;
  }

  /** The pages as they are now. */
  @Nullable MapPage[] pages() {
    return Arrays.copyOf(pages, pageCount);
  }

  int pageCount() {
    return pageCount;
  }

  @Nullable MapPage page(int index) {
    return index < pageCount ? pages[index] : null;
  }

  void setPage(int index, @Nullable MapPage page) {
    if (index >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(index + 1, pages.length + pages.length / 2));
    }
    pageCount = Math.max(pageCount, index + 1);
    pages[index] = page;
  }

  /** Takes the last page, if there is one at that place, away. */
  @Nullable MapPage removeLast() {
    pageCount--;
    MapPage last = pages[pageCount];
    pages[pageCount] = null;
    return last;
  }

  /** A copy that refers to the same pages. */
  MapRoot copy(long copyId) {
    for (int i = 0; i < pageCount; i++) {
      MapPage page = pages[i];
      if (page != null) {
        page.share();
      }
    }
    MapRoot copy = new MapRoot(copyId, Arrays.copyOf(pages, pageCount));
    copy.counts.add(counts);
    return copy;
  }
}
