package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Finds objects and opens them for reading. Runs on the thread of the executor. */
final class ObjectReader {

  private static final int LOOK_UPS = 4;

  private final ObjectStore.Parts parts;
  private final Executor executor;

  ObjectReader(ObjectStore.Parts parts, Executor executor) {
    this.parts = parts;
    this.executor = executor;
  }

  /**
   * What was found.
   *
   * @param row the row that holds, which may be a tombstone
   * @param given whose rows there are
   */
  record Found(Optional<ObjectRow> row, List<QuorumRead.Given<Optional<ObjectRow>>> given) {}

  CompletableFuture<Found> find(ObjectPath path) {
    return policy(path).thenCompose(policy -> find(policy, path));
  }

  private CompletableFuture<Found> find(int policy, ObjectPath path) {
    Slots slots = parts.topology().object(policy, path);
    return QuorumRead.ask(slots, replica -> replica.object(slots.partition(), path, executor))
        .thenApply(given -> new Found(Rows.newest(given), given));
  }

  /** The policy of the path's container; the default one if there is no container. */
  CompletableFuture<Integer> policy(ObjectPath path) {
    if (parts.topology().hasOnePolicy()) {
      return CompletableFuture.completedFuture(parts.topology().defaultPolicy());
    }
    return new Containers(parts, executor)
        .container(path.containerPath())
        .thenApply(row -> row.map(ContainerRow::policy).orElse(parts.topology().defaultPolicy()));
  }

  CompletableFuture<Optional<ObjectStore.Open>> open(ObjectPath path) {
    return policy(path).thenCompose(policy -> open(policy, path, LOOK_UPS));
  }

  private CompletableFuture<Optional<ObjectStore.Open>> open(
      int policy, ObjectPath path, int lookUps) {
    return find(policy, path)
        .thenCompose(
            found -> {
              Optional<ObjectRow> row = found.row().filter(r -> !r.deleted());
              if (row.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
              }
              Optional<ReplicaContent> content = open(row.get(), found);
              if (content.isPresent()) {
                return CompletableFuture.completedFuture(
                    Optional.of(new ObjectStore.Open(row.get(), content.get())));
              }
              if (lookUps > 1) {
                return open(policy, path, lookUps - 1);
              }
              throw new StoreFailure.DamagedData(path + " names bytes that are gone");
            });
  }

  /** Any replica whose row is as new will do; the nearest was asked first. */
  private static Optional<ReplicaContent> open(ObjectRow newest, Found found) {
    List<ReplicaContent> copies = new ArrayList<>();
    for (QuorumRead.Given<Optional<ObjectRow>> given : found.given()) {
      given
          .value()
          .filter(row -> isSame(row, newest))
          .flatMap(given.replica()::open)
          .ifPresent(copies::add);
    }
    return switch (copies.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(copies.getFirst());
      default -> Optional.of(new FailoverContent(copies));
    };
  }

  private static boolean isSame(ObjectRow row, ObjectRow newest) {
    return !row.deleted()
        && row.timestamp().equals(newest.timestamp())
        && row.etag().equals(newest.etag());
  }
}
