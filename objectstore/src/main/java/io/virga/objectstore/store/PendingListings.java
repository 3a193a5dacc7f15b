package io.virga.objectstore.store;

import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells objects' replicas, a little later and many at once, that containers have heard of them.
 * What is not told, since there was too much or this process ended, the replicas find out
 * themselves.
 */
final class PendingListings {

  private static final Logger LOG = LoggerFactory.getLogger(PendingListings.class);
  private static final int MAXIMUM_WAITING = 20_000;
  private static final int MAXIMUM_ENTRIES = 1000;
  private static final long PAUSE_MILLIS = 200;

  private final Map<Replica, Queue<Entry>> heard = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  PendingListings(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(this::send, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  void heard(Slots slots, ObjectRow row) {
    Entry entry = new Entry.DeletePending(row.policy(), row.path(), row.metadataTimestamp());
    for (Replica replica : slots.targets()) {
      if (waiting.get() < MAXIMUM_WAITING) {
        waiting.incrementAndGet();
        heard.computeIfAbsent(replica, key -> new ConcurrentLinkedQueue<>()).add(entry);
      }
    }
  }

  private void send() {
    heard.forEach(
        (replica, queue) -> {
          List<Entry> entries = new ArrayList<>();
          for (Entry next = queue.poll(); next != null; next = queue.poll()) {
            entries.add(next);
            if (entries.size() == MAXIMUM_ENTRIES) {
              send(replica, entries);
              entries = new ArrayList<>();
            }
          }
          send(replica, entries);
        });
  }

  private void send(Replica replica, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    waiting.addAndGet(-entries.size());
    replica
        .write(Write.of(entries), Runnable::run)
        .whenComplete(
            (verdict, failure) -> {
              if (failure != null) {
                LOG.debug("{} was not told of {} listings", replica.name(), entries.size());
              }
            });
  }
}
