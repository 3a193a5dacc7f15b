package io.virga.objectstore.remote;

import io.virga.objectstore.record.Content;
import io.virga.objectstore.replica.ReplicaUpload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that peers have sent ahead of the rows that will name them. Who does not come back for them
 * in time loses them. Thread-safe.
 */
final class StagedUploads implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SWEEP_EVERY = 64;

  private record Kept(ReplicaUpload upload, Content content, long untilNanos) {}

  private final Map<Long, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  long keep(ReplicaUpload upload, Content content) {
    long token = next.incrementAndGet();
    if (token % SWEEP_EVERY == 0) {
      sweep();
    }
    kept.put(token, new Kept(upload, content, System.nanoTime() + PATIENCE.toNanos()));
    return token;
  }

  Optional<Content> content(long token) {
    return Optional.ofNullable(kept.get(token)).map(Kept::content);
  }

  void drop(long token) {
    Optional.ofNullable(kept.remove(token)).ifPresent(one -> one.upload().close());
  }

  private void sweep() {
    long now = System.nanoTime();
    kept.forEach(
        (token, one) -> {
          if (one.untilNanos() - now < 0) {
            drop(token);
          }
        });
  }

  @Override
  public void close() {
    kept.keySet().forEach(this::drop);
  }
}
