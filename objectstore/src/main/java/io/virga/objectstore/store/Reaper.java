package io.virga.objectstore.store;

import io.virga.objectstore.index.Garbage;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Write;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** Deletes the parts of uploads that were aborted, deleted or overwritten, at leisure. */
public final class Reaper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final int PAGE = 500;
  private static final int AT_ONCE = 8;

  private final LocalReplica replica;
  private final ObjectStore store;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("object-reaper").daemon().factory());

  public Reaper(LocalReplica replica, ObjectStore store) {
    this.replica = replica;
    this.store = store;
    thread.scheduleWithFixedDelay(this::guarded, 5, 5, TimeUnit.SECONDS);
  }

  private void guarded() {
    try {
      run();
    } catch (RuntimeException e) {
      LOG.warn("deleting what is left of uploads failed; it is tried again", e);
    }
  }

  /** Deletes all that waits now. Blocks. */
  public void run() {
    for (Garbage garbage : replica.device().index().garbage()) {
      deleteAll(garbage);
      Write done = Write.of(List.of(new Entry.DeleteGarbage(garbage.id())));
      replica.write(done, Runnable::run).join();
    }
  }

  private void deleteAll(Garbage garbage) {
    boolean more = true;
    while (more) {
      Optional<ObjectStore.Listing> listing =
          store
              .listObjects(garbage.container(), ListingQuery.of(garbage.prefix(), "", PAGE))
              .block();
      ListingPage<ListingRow> page =
          listing == null || listing.isEmpty()
              ? new ListingPage<>(List.of(), false)
              : listing.get().page();
      Flux.fromIterable(page.items())
          .flatMap(
              item -> store.delete(garbage.container().object(item.name()), Condition.NONE),
              AT_ONCE)
          .blockLast();
      more = page.truncated();
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the reaper is still at work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
