package io.virga.objectstore.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many stored bytes of each data segment objects still name. Thread-safe. */
public final class LiveBytes {

  private final Map<Long, Long> bySegment = new ConcurrentHashMap<>();

  public LiveBytes(Map<Long, Long> bySegment) {
    this.bySegment.putAll(bySegment);
  }

  /** The live bytes of a segment. */
  public long of(long segment) {
    return bySegment.getOrDefault(segment, 0L);
  }

  /** Live bytes of all segments. */
  public long total() {
    return bySegment.values().stream().mapToLong(Long::longValue).sum();
  }

  long add(long segment, long delta) {
    Long sum =
        bySegment.compute(
            segment,
            (key, old) -> {
              long next = (old == null ? 0 : old) + delta;
              return next == 0 ? null : next;
            });
    return sum == null ? 0 : sum;
  }
}
