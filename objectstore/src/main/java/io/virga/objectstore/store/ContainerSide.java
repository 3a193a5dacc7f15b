package io.virga.objectstore.store;

import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.QuorumWrite;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What a container has to hear of the writes of an object. Runs on one thread. */
final class ContainerSide {

  private static final int MAXIMUM_ATTEMPTS = 20;

  private final HybridClock clock;
  private final PendingListings pending;
  private final Executor executor;
  private final ContainerPath path;
  private final Slots containers;
  private final Slots objects;
  private boolean remade;
  private int attempts;

  /**
   * @param objects the slots of the object
   */
  ContainerSide(ObjectStore.Parts parts, ObjectPath object, Slots objects, Executor executor) {
    this.clock = parts.clock();
    this.pending = parts.pending();
    this.executor = executor;
    this.path = object.containerPath();
    this.containers = parts.topology().container(path);
    this.objects = objects;
  }

  Slots slots() {
    return containers;
  }

  /** The container, if it is there. */
  CompletableFuture<Optional<ContainerRow>> container() {
    return QuorumRead.ask(
            containers, replica -> replica.container(containers.partition(), path, executor))
        .thenApply(answers -> Rows.merged(answers).filter(ContainerRow::isLive));
  }

  /**
   * Too many replicas of the container do not know it. If it is there all the same they are told.
   */
  CompletableFuture<Boolean> heal() {
    attempts++;
    if (attempts > MAXIMUM_ATTEMPTS) {
      throw new StoreFailure.Overloaded(
          "the replicas of " + path + " do not agree whether it is there");
    }
    return container()
        .thenCompose(
            row -> {
              remade = row.filter(r -> r.policy() != policy()).isPresent();
              return row.isEmpty() || remade
                  ? CompletableFuture.completedFuture(false)
                  : QuorumWrite.write(
                          containers,
                          Write.of(List.of(new Entry.PutContainer(row.get()))),
                          executor)
                      .thenApply(verdict -> true);
            });
  }

  private int policy() {
    return objects.partition().policy();
  }

  /** The container is there, and still of the policy of the object. */
  Write.Guard live() {
    return new Write.Live(path, policy());
  }

  /** Why nothing can be written; fails if the container has been made again with another policy. */
  Result.Refusal gone() {
    if (remade) {
      throw new StoreFailure.Unavailable(path + " has another storage policy by now");
    }
    return Result.Refusal.NO_CONTAINER;
  }

  /** What makes the container list the row, or no more. */
  Entry listing(ObjectRow row) {
    return new Entry.PutListing(row.path(), SystemMetadata.listingRow(row));
  }

  /**
   * Has the container list the row, and tells the object's replicas that it does.
   *
   * @return false if there is no container
   */
  CompletableFuture<Boolean> tell(ObjectRow row) {
    Write listing = new Write(List.of(live()), List.of(listing(row)));
    return QuorumWrite.write(containers, listing, executor)
        .thenCompose(
            verdict -> {
              if (verdict instanceof Verdict.Accepted) {
                pending.heard(objects, row);
                return CompletableFuture.completedFuture(true);
              }
              return heal()
                  .thenCompose(live -> live ? tell(row) : CompletableFuture.completedFuture(false));
            });
  }

  /** The container went while the object was written: so does the object. */
  CompletableFuture<Verdict> undo(ObjectRow row) {
    Timestamp time = clock.after(row.metadataTimestamp());
    ObjectRow gone = ObjectRow.tombstone(row.policy(), row.path(), time);
    Write undo =
        new Write(
            List.of(new Write.Newer(row.policy(), row.path(), time)),
            List.of(
                new Entry.PutObject(gone),
                new Entry.DeletePending(row.policy(), row.path(), time)));
    return QuorumWrite.write(objects, undo, executor);
  }

  /** Tells the container again; an object whose container is gone goes too. */
  CompletableFuture<Boolean> tellOrUndo(ObjectRow row) {
    return tell(row)
        .thenCompose(
            heard -> {
              if (heard) {
                return CompletableFuture.completedFuture(true);
              }
              if (row.deleted()) {
                pending.heard(objects, row);
                return CompletableFuture.completedFuture(true);
              }
              return undo(row).thenApply(verdict -> verdict instanceof Verdict.Accepted);
            });
  }
}
