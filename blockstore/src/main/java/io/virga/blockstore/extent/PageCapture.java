package io.virga.blockstore.extent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Pages as they were at one moment, brought into bytes a few at a time; one that is about to change
 * first is brought into bytes before it does. Owned by the pool's loop.
 */
public final class PageCapture {

  private final Map<Long, MapPage> left;
  private final List<Encoded> encoded = new ArrayList<>();

  PageCapture(Map<Long, MapPage> pages) {
    left = new HashMap<>(pages);
  }

  void before(MapPage page) {
    if (!left.isEmpty() && left.remove(page.id()) != null) {
      encode(page);
    }
  }

  /** Brings pages of about so many entries into bytes; whether all are. */
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

  /** All pages; when all are encoded. */
  public List<Encoded> encoded() {
    return encoded;
  }

  private void encode(MapPage page) {
    encoded.add(new Encoded(page.id(), MapCodec.encode(page)));
  }

  /** A page in bytes. */
  public record Encoded(long id, byte[] bytes) {}
}
