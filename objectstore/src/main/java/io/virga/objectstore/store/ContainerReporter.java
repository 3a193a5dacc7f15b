package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumWrite;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Write;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells accounts, a moment later, what the containers of a device hold. What was not told when the
 * process ended is told by the next listing change or pass of the replicator.
 */
public final class ContainerReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerReporter.class);
  private static final long PAUSE_MILLIS = 250;

  private final LocalReplica replica;
  private final Topology topology;
  private final Set<ContainerPath> changed = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("object-containers").daemon().factory());

  public ContainerReporter(LocalReplica replica, Topology topology) {
    this.replica = replica;
    this.topology = topology;
    replica.onListed(changed::add);
    thread.scheduleWithFixedDelay(this::report, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void report() {
    for (ContainerPath path : List.copyOf(changed)) {
      changed.remove(path);
      try {
        report(path);
      } catch (RuntimeException e) {
        LOG.warn("the account of {} was not told what it holds", path, e);
      }
    }
  }

  private void report(ContainerPath path) {
    Optional<ContainerRow> row = replica.device().index().container(path);
    if (row.isEmpty()) {
      return;
    }
    Write entry = Write.of(List.of(new Entry.PutAccountEntry(row.get().asEntry())));
    QuorumWrite.write(topology.account(path.account()), entry, thread)
        .whenComplete(
            (verdict, failure) -> {
              if (failure != null) {
                changed.add(path);
              }
            });
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
