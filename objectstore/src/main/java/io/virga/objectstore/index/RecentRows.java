package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerRow;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rows of containers or accounts that were written last, since every write of an object asks
 * for them. Filled by the thread that writes the index, right after it has; read by any.
 *
 * @param <K> what names a row
 */
final class RecentRows<K> {

  /** Forgotten all at once when there would be more: the next writes bring back what is in use. */
  static final int MAXIMUM = 1024;

  private final Map<K, Index.Known<ContainerRow>> rows = new ConcurrentHashMap<>();

  Index.Cached<ContainerRow> get(K key) {
    Index.Known<ContainerRow> row = rows.get(key);
    return row == null ? new Index.NotCached<>() : row;
  }

  /** The row is this now, or there is none. */
  void put(K key, Optional<ContainerRow> row) {
    if (rows.size() >= MAXIMUM && !rows.containsKey(key)) {
      rows.clear();
    }
    rows.put(key, new Index.Known<>(row));
  }

  void clear() {
    rows.clear();
  }
}
