package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
    return find(parts.topology().object(policy, path), path);
  }

  private CompletableFuture<Found> find(Slots slots, ObjectPath path) {
    return QuorumRead.ask(slots, replica -> replica.object(slots.partition(), path, executor))
        .thenApply(given -> new Found(Rows.newest(given), given));
  }

  /**
   * The policy of the path's container as it is now; the default one if there is no container.
   * Fails if the rings of this node do not have it yet.
   */
  CompletableFuture<Integer> policy(ObjectPath path) {
    if (parts.topology().hasOnePolicy()) {
      return CompletableFuture.completedFuture(parts.topology().defaultPolicy());
    }
    return new Containers(parts, executor)
        .container(path.containerPath())
        .thenApply(row -> row.map(this::known).orElse(parts.topology().defaultPolicy()));
  }

  private int known(ContainerRow container) {
    if (!parts.topology().hasPolicy(container.policy())) {
      throw new StoreFailure.Unavailable(
          "this node has no ring of the storage policy %d of %s"
              .formatted(container.policy(), container.path()));
    }
    return container.policy();
  }

  CompletableFuture<Optional<ObjectStore.Open>> open(ObjectPath path) {
    return policy(path).thenCompose(policy -> open(policy, path, LOOK_UPS));
  }

  private CompletableFuture<Optional<ObjectStore.Open>> open(
      int policy, ObjectPath path, int lookUps) {
    Slots slots = parts.topology().object(policy, path);
    return find(slots, path)
        .thenCompose(
            found -> {
              Optional<ObjectRow> row = found.row().filter(r -> !r.deleted());
              return row.isEmpty()
                  ? CompletableFuture.completedFuture(Optional.empty())
                  : content(slots, row.get(), found.given())
                      .thenCompose(
                          content -> {
                            if (content.isPresent()) {
                              return CompletableFuture.completedFuture(
                                  content.map(there -> new ObjectStore.Open(row.get(), there)));
                            }
                            if (lookUps > 1) {
                              return open(policy, path, lookUps - 1);
                            }
                            throw new StoreFailure.DamagedData(
                                "no good copy of the bytes of " + path + " is left");
                          });
            });
  }

  /**
   * Any replica whose row is as new will do; the nearest was asked first. Those that need not be
   * asked for the row are asked when no other has good bytes.
   */
  private CompletableFuture<Optional<ReplicaContent>> content(
      Slots slots, ObjectRow newest, List<QuorumRead.Given<Optional<ObjectRow>>> given) {
    List<ReplicaContent> copies = new ArrayList<>();
    for (QuorumRead.Given<Optional<ObjectRow>> one : given) {
      open(one.replica(), one.value(), newest).ifPresent(copies::add);
    }
    List<Replica> rest =
        slots.isSingle()
            ? List.of()
            : slots.elsewhere(given.stream().map(QuorumRead.Given::replica).toList());
    if (copies.isEmpty()) {
      return more(slots, newest, rest)
          .thenApply(
              more ->
                  more.isEmpty()
                      ? Optional.empty()
                      : Optional.of(
                          new FailoverContent(
                              more, () -> CompletableFuture.completedFuture(List.of()))));
    }
    return CompletableFuture.completedFuture(
        Optional.of(
            rest.isEmpty() && copies.size() == 1
                ? copies.getFirst()
                : new FailoverContent(copies, () -> more(slots, newest, rest))));
  }

  private CompletableFuture<List<ReplicaContent>> more(
      Slots slots, ObjectRow newest, List<Replica> rest) {
    List<ReplicaContent> copies = new CopyOnWriteArrayList<>();
    CompletableFuture<?>[] asked = new CompletableFuture<?>[rest.size()];
    for (int i = 0; i < asked.length; i++) {
      Replica replica = rest.get(i);
      asked[i] =
          replica
              .object(slots.partition(), newest.path(), executor)
              .handle(
                  (answer, failure) ->
                      failure == null
                          && open(replica, answer.row(), newest).map(copies::add).orElse(false));
    }
    return CompletableFuture.allOf(asked).thenApply(done -> copies);
  }

  private Optional<ReplicaContent> open(
      Replica replica, Optional<ObjectRow> row, ObjectRow newest) {
    return row.filter(there -> there.isSameData(newest))
        .flatMap(there -> replica.open(there, executor));
  }
}
