package io.virga.objectstore.cluster;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Sends a write to all slots of a partition at once and is done when a majority has made it
 * durable, or cannot. A slot of which some may not have heard that it moved has a write when the
 * device where it was has it as well. A device that is away is stood in for by another, whose copy
 * does not count. Runs on one thread: that of the executor.
 */
public final class QuorumWrite {

  private final Slots slots;
  private final Function<Replica, Optional<Write>> write;
  private final Executor executor;
  private final CompletableFuture<Verdict> result = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private Optional<Iterator<Replica>> handoffs = Optional.empty();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Verdict> refusals = new ArrayList<>();
  private int open;
  private int standing;
  private int accepted;

  private QuorumWrite(Slots slots, Function<Replica, Optional<Write>> write, Executor executor) {
    this.slots = slots;
    this.write = write;
    this.executor = executor;
  }

  /**
   * A write that is going on.
   *
   * @param verdict accepted by a majority, or why not; fails with a {@link StoreFailure} if too few
   *     replicas could be reached
   * @param over when all replicas have answered or failed
   */
  public record Started(CompletableFuture<Verdict> verdict, CompletableFuture<Void> over) {}

  /**
   * Writes.
   *
   * @param write what to send to a replica; empty if the replica has not got what it is about
   */
  public static Started start(
      Slots slots, Function<Replica, Optional<Write>> write, Executor executor) {
    QuorumWrite started = new QuorumWrite(slots, write, executor);
    started.open = slots.count();
    for (Slots.Slot slot : slots.slots()) {
      started.send(slot);
    }
    return new Started(started.result, started.over);
  }

  /** Writes the same everywhere. */
  public static CompletableFuture<Verdict> write(Slots slots, Write write, Executor executor) {
    if (slots.isSingle()) {
      return slots.slots().getFirst().replica().write(write, executor);
    }
    return start(slots, replica -> Optional.of(write), executor).verdict();
  }

  private void send(Slots.Slot slot) {
    List<Replica> targets = slot.targets();
    CompletableFuture<Verdict> sent = send(targets.getFirst());
    for (Replica other : targets.subList(1, targets.size())) {
      sent = sent.thenCombine(send(other), QuorumWrite::both);
    }
    sent.whenComplete(
        (verdict, failure) -> {
          if (failure == null) {
            judge(verdict);
          } else {
            failures.add(failure instanceof CompletionException e ? cause(e) : failure);
            standIn();
          }
          open--;
          conclude();
        });
  }

  private CompletableFuture<Verdict> send(Replica replica) {
    return write
        .apply(replica)
        .map(w -> replica.write(w, executor))
        .orElseGet(() -> CompletableFuture.failedFuture(notThere(replica)));
  }

  private static Verdict both(Verdict one, Verdict other) {
    return one instanceof Verdict.Accepted ? other : one;
  }

  private static StoreFailure notThere(Replica replica) {
    return new StoreFailure.Unavailable("the bytes of the object did not get to " + replica.name());
  }

  private static Throwable cause(CompletionException failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private void judge(Verdict verdict) {
    if (verdict instanceof Verdict.Accepted) {
      accepted++;
    } else {
      refusals.add(verdict);
    }
  }

  /** The replicator brings the copy to where it belongs. */
  private void standIn() {
    Iterator<Replica> others = handoffs.orElseGet(() -> slots.handoffs().iterator());
    handoffs = Optional.of(others);
    if (!others.hasNext()) {
      return;
    }
    Replica handoff = others.next();
    Optional<Write> copy = write.apply(handoff);
    if (copy.isEmpty()) {
      return;
    }
    standing++;
    handoff
        .write(copy.get(), executor)
        .whenComplete(
            (verdict, failure) -> {
              if (failure != null) {
                standIn();
              }
              standing--;
              conclude();
            });
  }

  private void conclude() {
    if (accepted >= slots.writeQuorum()) {
      result.complete(new Verdict.Accepted());
    } else if (accepted + open < slots.writeQuorum()) {
      refuse();
    }
    if (open == 0 && standing == 0) {
      over.complete(null);
    }
  }

  private void refuse() {
    if (!refusals.isEmpty()) {
      result.complete(worst());
      return;
    }
    for (Throwable failure : failures) {
      if (failure instanceof StoreFailure.DeviceFull) {
        result.completeExceptionally(failure);
        return;
      }
    }
    StoreFailure.Unavailable unavailable =
        new StoreFailure.Unavailable(
            "only %d of the %d replicas that must have a write for partition %d of %s took it"
                .formatted(
                    accepted,
                    slots.writeQuorum(),
                    slots.partition().number(),
                    slots.partition().kind()));
    failures.forEach(unavailable::addSuppressed);
    result.completeExceptionally(unavailable);
  }

  /** The newest timestamp of all that were named; else the first refusal. */
  private Verdict worst() {
    Timestamp newest = Timestamp.ZERO;
    for (Verdict refusal : refusals) {
      if (refusal instanceof Verdict.Stale(Timestamp there)) {
        newest = newest.max(there);
      }
    }
    return newest.equals(Timestamp.ZERO) ? refusals.getFirst() : new Verdict.Stale(newest);
  }
}
