package io.virga.objectstore.store;

import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends again what containers may not have heard of the objects of a device, since whoever wrote
 * them ended between the object and its listing.
 */
public final class ListingUpdater implements AutoCloseable {

  /** Younger writes are left to whoever writes them. */
  public static final Duration AGE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(ListingUpdater.class);
  private static final int MAXIMUM = 1000;
  private static final int AT_ONCE = 8;
  private static final long PAUSE_SECONDS = 30;

  private final LocalReplica replica;
  private final ObjectStore store;
  private final LongAdder sent = new LongAdder();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("object-listings").daemon().factory());

  /** Starts. */
  public ListingUpdater(LocalReplica replica, ObjectStore store) {
    this.replica = replica;
    this.store = store;
    thread.scheduleWithFixedDelay(this::guarded, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  private void guarded() {
    try {
      run(AGE);
    } catch (RuntimeException e) {
      LOG.warn("containers could not be told of objects of {} again", replica.name(), e);
    }
  }

  /**
   * Tells containers of at most {@value #MAXIMUM} writes that are older than this. Blocks.
   *
   * @return of how many they have heard now
   */
  public long run(Duration age) {
    long before = store.now().micros() - TimeUnit.NANOSECONDS.toMicros(age.toNanos());
    List<ObjectRow> rows = replica.device().index().pending(new Timestamp(before), MAXIMUM);
    long heard =
        Optional.ofNullable(
                Flux.fromIterable(rows).flatMap(this::tell, AT_ONCE).filter(h -> h).count().block())
            .orElse(0L);
    sent.add(heard);
    return heard;
  }

  private Mono<Boolean> tell(ObjectRow row) {
    return store
        .tellAgain(row)
        .onErrorResume(
            failure -> {
              LOG.info("the container of {} was not told: {}", row.path(), failure.getMessage());
              return Mono.just(false);
            });
  }

  /** Of how many writes containers have been told again. */
  public long sent() {
    return sent.sum();
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the updater of listings is still at work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
