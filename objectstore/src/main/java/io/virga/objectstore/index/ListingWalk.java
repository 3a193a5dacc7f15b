package io.virga.objectstore.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Goes through one ordered space of the index; every jump is a seek. */
final class ListingWalk {

  private final RocksIterator iterator;
  private final byte[] space;
  private final ListingQuery query;
  private final Predicate<byte[]> live;
  private final byte[] prefix;
  private final byte[] delimiter;
  private final byte[] marker;
  private final byte[] endMarker;
  private final List<ListingPage.Item<byte[]>> items = new ArrayList<>();

  /**
   * @param live whether a row is of something that is there
   */
  ListingWalk(RocksIterator iterator, byte[] space, ListingQuery query, Predicate<byte[]> live) {
    this.live = live;
    this.iterator = iterator;
    this.space = space;
    this.query = query;
    this.prefix = utf8(query.prefix());
    this.delimiter = utf8(query.delimiter());
    this.marker = utf8(query.marker());
    this.endMarker = utf8(query.endMarker());
  }

  ListingPage<byte[]> run() throws RocksDBException {
    seekFirst();
    boolean truncated = false;
    while (iterator.isValid()) {
      byte[] key = iterator.key();
      if (!startsWith(key, space)) {
        break;
      }
      byte[] name = Arrays.copyOfRange(key, space.length, key.length);
      if (!startsWith(name, prefix) || isBeyondEnd(name)) {
        break;
      }
      int rolledLength = rolledLength(name);
      byte[] shown = rolledLength < 0 ? name : Arrays.copyOf(name, rolledLength);
      if (isSkipped(shown)) {
        move(shown, rolledLength >= 0);
        continue;
      }
      byte[] value = iterator.value();
      if (!live.test(value)) {
        step();
        continue;
      }
      if (items.size() >= query.limit()) {
        truncated = true;
        break;
      }
      String text = new String(shown, StandardCharsets.UTF_8);
      items.add(
          rolledLength < 0 ? new ListingPage.Named<>(text, value) : new ListingPage.Rolled<>(text));
      move(shown, rolledLength >= 0);
    }
    iterator.status();
    return new ListingPage<>(items, truncated);
  }

  private void seekFirst() {
    if (!query.reverse()) {
      iterator.seek(IndexKeys.concat(space, max(prefix, marker)));
      return;
    }
    byte[] afterPrefix = prefix.length == 0 ? new byte[0] : IndexKeys.after(prefix);
    boolean byMarker =
        marker.length > 0
            && (afterPrefix.length == 0 || Arrays.compareUnsigned(marker, afterPrefix) < 0);
    if (byMarker) {
      iterator.seekForPrev(IndexKeys.concat(space, marker));
    } else if (afterPrefix.length > 0) {
      iterator.seekForPrev(IndexKeys.concat(space, afterPrefix));
      if (iterator.isValid() && !startsWith(iterator.key(), IndexKeys.concat(space, prefix))) {
        iterator.prev();
      }
    } else {
      iterator.seekToLast();
    }
  }

  /** The marker itself, and what is rolled up to it, has been shown before. */
  private boolean isSkipped(byte[] shown) {
    if (marker.length == 0) {
      return false;
    }
    int order = Arrays.compareUnsigned(shown, marker);
    return order == 0 || (query.reverse() && order > 0);
  }

  private boolean isBeyondEnd(byte[] name) {
    if (endMarker.length == 0) {
      return false;
    }
    int order = Arrays.compareUnsigned(name, endMarker);
    return query.reverse() ? order <= 0 : order >= 0;
  }

  private void move(byte[] shown, boolean rolled) {
    if (!rolled) {
      step();
    } else if (query.reverse()) {
      iterator.seekForPrev(IndexKeys.concat(space, shown));
      if (iterator.isValid() && startsWith(iterator.key(), IndexKeys.concat(space, shown))) {
        iterator.prev();
      }
    } else {
      iterator.seek(IndexKeys.concat(space, IndexKeys.after(shown)));
    }
  }

  private void step() {
    if (query.reverse()) {
      iterator.prev();
    } else {
      iterator.next();
    }
  }

  /** The length of the name up to the delimiter behind the prefix, negative if there is none. */
  private int rolledLength(byte[] name) {
    if (delimiter.length == 0) {
      return -1;
    }
    for (int i = prefix.length; i + delimiter.length <= name.length; i++) {
      if (Arrays.equals(name, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
        return i + delimiter.length;
      }
    }
    return -1;
  }

  private static byte[] max(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
