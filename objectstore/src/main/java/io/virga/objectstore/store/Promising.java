package io.virga.objectstore.store;

import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Asks all slots for a promise, until a majority has given it or cannot. Runs on one thread. */
final class Promising {

  private final Slots slots;
  private final CompletableFuture<Verdict> result = new CompletableFuture<>();
  private int given;
  private int open;
  private Timestamp later = Timestamp.ZERO;

  private Promising(Slots slots) {
    this.slots = slots;
    this.open = slots.count();
  }

  static CompletableFuture<Verdict> ask(
      Slots slots, int policy, ObjectPath path, Timestamp time, Executor executor) {
    Promising promising = new Promising(slots);
    for (Slots.Slot slot : slots.slots()) {
      slot.replica()
          .promise(policy, path, time, executor)
          .whenComplete((verdict, failure) -> promising.take(failure == null, verdict));
    }
    return promising.result;
  }

  private void take(boolean answered, Verdict verdict) {
    open--;
    if (answered && verdict instanceof Verdict.Stale(Timestamp newest)) {
      later = later.max(newest);
    } else if (answered) {
      given++;
    }
    if (given >= slots.writeQuorum()) {
      result.complete(new Verdict.Accepted());
    } else if (given + open < slots.writeQuorum()) {
      if (later.equals(Timestamp.ZERO)) {
        result.completeExceptionally(
            new StoreFailure.Unavailable("too few replicas answer for a conditional write"));
      } else {
        result.complete(new Verdict.Stale(later));
      }
    }
  }
}
