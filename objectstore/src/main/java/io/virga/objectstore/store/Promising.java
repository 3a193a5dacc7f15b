package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Asks all slots for a promise, and with it for what is there. What a majority had when it promised
 * is all that can have been written before; what is written later than that, a majority refuses. To
 * look anywhere else, or afterwards, would not do. Runs on one thread.
 */
final class Promising implements QuorumRead.Question<Optional<ObjectRow>> {

  private final Slots slots;
  private final ObjectPath path;
  private final Timestamp time;
  private final Executor executor;
  private Timestamp later = Timestamp.ZERO;

  Promising(Slots slots, ObjectPath path, Timestamp time, Executor executor) {
    this.slots = slots;
    this.path = path;
    this.time = time;
    this.executor = executor;
  }

  /** What a majority has, under its promise; fails if too few give it. */
  CompletableFuture<List<QuorumRead.Given<Optional<ObjectRow>>>> ask() {
    return QuorumRead.askMajority(slots, this);
  }

  /** The latest time that a replica has refused to promise for; zero if none has. */
  Timestamp later() {
    return later;
  }

  @Override
  public CompletableFuture<Replica.Answer<Optional<ObjectRow>>> ask(Replica replica) {
    return replica
        .promise(slots.partition(), path, time, executor)
        .thenApply(
            promised ->
                switch (promised) {
                  case Replica.Promised.Given(Replica.Answer<Optional<ObjectRow>> there) -> there;
                  case Replica.Promised.Later(Timestamp newest) -> throw refused(newest);
                });
  }

  private StoreFailure refused(Timestamp newest) {
    later = later.max(newest);
    return new StoreFailure.Overloaded("something later than " + time + " is promised");
  }

  @Override
  public boolean isEnough(Slots.Slot slot, Replica.Answer<Optional<ObjectRow>> answer) {
    return answer.complete() && slot.targets().size() == 1;
  }

  /** Unless something may be written there too, it is only looked at. */
  @Override
  public CompletableFuture<Replica.Answer<Optional<ObjectRow>>> askPredecessor(
      Slots.Slot slot, Replica before) {
    return slot.targets().contains(before)
        ? ask(before)
        : before.object(slots.partition(), path, executor);
  }
}
