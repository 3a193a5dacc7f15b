package io.virga.blockstore.extent;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Pages as they were at one moment, brought into bytes a few at a time; one that is about to change
 * first is brought into bytes before it does. Owned by the pool's loop.
 */
public final class PageCapture {

  private final Map<Long, MapPage> left;
  private final PageSink sink;

  PageCapture(Map<Long, MapPage> pages, PageSink sink) {
    this.left = new HashMap<>(pages);
    this.sink = sink;
  }

  void before(MapPage page) {
    if (!left.isEmpty() && left.remove(page.id()) != null) {
      encode(page);
    }
  }

  /** Gives pages of about so many entries to the sink; whether it has all. */
  public boolean encodeSome(int maximumEntries) {
    int entries = 0;
    for (Iterator<MapPage> pages = left.values().iterator();
        entries < maximumEntries && pages.hasNext(); ) {
      MapPage page = pages.next();
      pages.remove();
      encode(page);
      entries += page.entryCount();
    }
    return left.isEmpty();
  }

  boolean isEncoded() {
    return left.isEmpty();
  }

  private void encode(MapPage page) {
    sink.take(page.id(), MapCodec.encode(page));
  }

  /** Takes one page after another. */
  @FunctionalInterface
  public interface PageSink {

    /** A page in bytes. */
    void take(long id, byte[] bytes);
  }
}
