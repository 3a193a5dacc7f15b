package io.virga.objectstore.store;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends again what containers may not have heard of the objects of a device: whoever wrote them
 * ended between the object and its listing, or they came from another replica. Most of those that
 * came are listed already, which is looked up for many at once.
 */
public final class ListingUpdater implements AutoCloseable {

  /**
   * Younger writes are left to whoever writes them. What is ahead of the time of day by more than
   * this is not young: a clock has been wrong.
   */
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
   * Tells containers of writes that are older than this, as long as most hear of them. Blocks.
   *
   * @return of how many they have heard now
   */
  public long run(Duration age) {
    long all = 0;
    long heard;
    do {
      heard = some(age);
      all += heard;
    } while (heard > MAXIMUM / 2 && !Thread.currentThread().isInterrupted());
    return all;
  }

  private long some(Duration age) {
    long now = store.now().micros();
    long young = TimeUnit.NANOSECONDS.toMicros(age.toNanos());
    List<ObjectRow> rows =
        replica
            .device()
            .index()
            .pending(new Timestamp(now - young), new Timestamp(now + young), MAXIMUM);
    Set<ObjectRow> unheard = new LinkedHashSet<>(rows);
    rows.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.path().containerPath(), LinkedHashMap::new, Collectors.toList()))
        .forEach((container, some) -> heardOf(container, some).forEach(unheard::remove));
    List<ObjectRow> told =
        Flux.fromIterable(unheard)
            .flatMap(this::told, AT_ONCE)
            .collectList()
            .blockOptional()
            .orElseGet(List::of);
    sent.add(told.size());
    told.forEach(unheard::remove);
    List<ObjectRow> heard = rows.stream().filter(row -> !unheard.contains(row)).toList();
    settle(heard);
    return heard.size();
  }

  private List<ObjectRow> heardOf(ContainerPath container, List<ObjectRow> rows) {
    return store.heardOf(container, rows).blockOptional().orElseGet(List::of);
  }

  /** The store tells the object's replicas; this device may be none of them any more. */
  private void settle(List<ObjectRow> heard) {
    List<Entry> entries = new ArrayList<>();
    for (ObjectRow row : heard) {
      entries.add(new Entry.DeletePending(row.policy(), row.path(), row.metadataTimestamp()));
    }
    if (!entries.isEmpty()) {
      replica.write(Write.of(entries), Runnable::run).join();
    }
  }

  /** The row, if its container has heard of it. */
  private Mono<ObjectRow> told(ObjectRow row) {
    return store
        .tellAgain(row)
        .onErrorResume(
            failure -> {
              LOG.info("the container of {} was not told: {}", row.path(), failure.getMessage());
              return Mono.just(false);
            })
        .flatMap(heard -> heard ? Mono.just(row) : Mono.empty());
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
