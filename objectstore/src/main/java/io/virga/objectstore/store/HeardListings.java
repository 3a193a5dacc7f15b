package io.virga.objectstore.store;

import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Looks which writes a container has heard of: those that a majority of its replicas lists as they
 * are, or in a later state. Runs on the thread of the executor.
 */
final class HeardListings {

  private final Topology topology;
  private final Executor executor;

  HeardListings(ObjectStore.Parts parts, Executor executor) {
    this.topology = parts.topology();
    this.executor = executor;
  }

  /**
   * Of some rows of one container those that it has heard of; a replica that does not answer has
   * heard of none.
   */
  CompletableFuture<List<ObjectRow>> of(ContainerPath container, List<ObjectRow> rows) {
    Slots slots = topology.container(container);
    List<String> names = rows.stream().map(row -> row.path().object()).toList();
    Map<Replica, CompletableFuture<Map<String, ListingRow>>> asked = new HashMap<>();
    for (Replica replica : slots.targets()) {
      asked.put(
          replica, replica.listings(container, names, executor).exceptionally(failure -> Map.of()));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            answered -> {
              Map<Replica, Map<String, ListingRow>> listed = new HashMap<>();
              asked.forEach((replica, rowsThere) -> listed.put(replica, rowsThere.join()));
              return rows.stream().filter(row -> isHeard(row, slots, listed)).toList();
            });
  }

  private static boolean isHeard(
      ObjectRow row, Slots slots, Map<Replica, Map<String, ListingRow>> listed) {
    ListingRow wanted = SystemMetadata.listingRow(row);
    return slots.isWritten(
        replica -> {
          ListingRow there = listed.getOrDefault(replica, Map.of()).get(row.path().object());
          return there != null && !wanted.isNewerThan(there);
        });
  }
}
