package io.virga.objectstore.store;

import io.virga.objectstore.device.Change;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.index.Garbage;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the parts of uploads that were aborted, deleted or overwritten, at leisure. */
public final class Reaper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final int PAGE = 500;

  private final Device device;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("object-reaper").daemon().factory());

  public Reaper(Device device) {
    this.device = device;
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
    for (Garbage garbage : device.index().garbage()) {
      deleteAll(garbage);
      Entry done = new Entry.DeleteGarbage(garbage.id());
      await((view, now) -> new Change.Decision<>(List.of(done), true));
    }
  }

  private void deleteAll(Garbage garbage) {
    Index index = device.index();
    Optional<ContainerRow> container = index.container(garbage.container());
    if (container.isEmpty()) {
      return;
    }
    ListingPage<ListingRow> page;
    do {
      page = index.listObjects(container.get().id(), ListingQuery.of(garbage.prefix(), "", PAGE));
      for (ListingPage.Item<ListingRow> item : page.items()) {
        await(ObjectChanges.delete(garbage.container().object(item.name()), Condition.NONE));
      }
    } while (page.truncated());
  }

  private void await(Change<?> change) {
    device.commit(change, Runnable::run).join();
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
