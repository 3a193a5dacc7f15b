package io.virga.objectstore.store;

import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.QuorumWrite;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * One write of an object, from its condition to the container's listing. Runs on one thread.
 *
 * <pre>
 * plain                 → Write → (Stale: later timestamp → Write) → List → Done
 * deletion              → Look → Write …
 * while a slot moves    → Look → Write …: the new device cannot refuse what is too old
 * conditional           → Look under a promise of a majority that nothing older is written in
 *                         between → Write …; Broken → Look; a newer row that a minority has → wait
 *                         until it has come to something, without a promise → Look
 * </pre>
 *
 * <p>Where the same devices hold the object and its container, Write and List are one. Else the
 * object's replicas remember that the container may not have heard, until it has. Marks of what was
 * deleted are kept wherever something older may still come: if one device alone has both, it does
 * not.
 */
final class ObjectWriter {

  private static final int MAXIMUM_ATTEMPTS = 20;
  private static final int PATIENT_ATTEMPTS = 8;

  private final HybridClock clock;
  private final Pauses pauses;
  private final Executor executor;
  private final ObjectWrite write;
  private final Slots objects;
  private final ContainerSide container;
  private final Set<Timestamp> own = new HashSet<>();
  private Optional<ObjectRow> found = Optional.empty();
  private int attempts;

  ObjectWriter(ObjectStore.Parts parts, ObjectWrite write, Executor executor) {
    this.clock = parts.clock();
    this.pauses = parts.pauses();
    this.write = write;
    this.executor = executor;
    this.objects = parts.topology().object(write.policy(), write.path());
    this.container = new ContainerSide(parts, write.path(), objects, executor);
  }

  CompletableFuture<Result<ObjectRow>> run() {
    if (write.condition() != Condition.NONE) {
      return promised();
    }
    return write.mustExist() || objects.isMoving() ? look() : write(clock.next(), Optional.empty());
  }

  private CompletableFuture<Result<ObjectRow>> promised() {
    Timestamp time = clock.next();
    Promising promising = new Promising(objects, write.path(), time, executor);
    return promising
        .ask()
        .handle(
            (answers, failure) -> {
              if (failure == null) {
                Optional<ObjectRow> newest = Rows.newest(answers);
                return isUndecided(newest, answers)
                    ? awaitDecision(newest.orElseThrow())
                    : judge(newest, Optional.of(time));
              }
              return promising.later().equals(Timestamp.ZERO)
                  ? CompletableFuture.<Result<ObjectRow>>failedFuture(failure)
                  : again(new Verdict.Stale(promising.later()));
            })
        .thenCompose(next -> next);
  }

  /**
   * Whether somebody else's row may yet come to nothing: to refuse a write for the sake of one that
   * is refused too would leave neither. It is waited for, but not for ever: who wrote it may be
   * gone.
   */
  private boolean isUndecided(
      Optional<ObjectRow> newest, List<QuorumRead.Given<Optional<ObjectRow>>> answers) {
    if (newest.isEmpty() || attempts >= PATIENT_ATTEMPTS || isSuperseded(newest.get())) {
      return false;
    }
    ObjectRow row = newest.get();
    Set<Replica> have =
        answers.stream()
            .filter(answer -> answer.value().filter(row::isSameData).isPresent())
            .map(QuorumRead.Given::replica)
            .collect(Collectors.toSet());
    return !objects.isWritten(have::contains);
  }

  /** A promise now would keep the other from writing what is waited for. */
  private CompletableFuture<Result<ObjectRow>> awaitDecision(ObjectRow undecided) {
    countAttempt();
    clock.after(undecided.metadataTimestamp());
    return pauses
        .then(() -> QuorumRead.askMajority(objects, this::row), executor)
        .thenCompose(
            answers -> {
              Optional<ObjectRow> newest = Rows.newest(answers);
              return isUndecided(newest, answers)
                  ? awaitDecision(newest.orElseThrow())
                  : promised();
            });
  }

  private boolean isOwn(ObjectRow row) {
    return own.contains(row.timestamp());
  }

  /**
   * Whether this wrote the row, or wrote after it under a promise: then a majority never had it,
   * nor will. The own write may be where one has not looked; to be refused for the sake of the row
   * would leave it there.
   */
  private boolean isSuperseded(ObjectRow row) {
    return own.stream().anyMatch(time -> !row.timestamp().isAfter(time));
  }

  private CompletableFuture<Result<ObjectRow>> look() {
    return QuorumRead.ask(objects, this::row)
        .thenCompose(answers -> judge(Rows.newest(answers), Optional.empty()));
  }

  private CompletableFuture<Replica.Answer<Optional<ObjectRow>>> row(Replica replica) {
    return replica.object(objects.partition(), write.path(), executor);
  }

  private CompletableFuture<Result<ObjectRow>> judge(
      Optional<ObjectRow> newest, Optional<Timestamp> promise) {
    if (newest.filter(promise.isPresent() ? this::isSuperseded : this::isOwn).isEmpty()) {
      found = newest.filter(row -> !row.deleted());
      if (found.isEmpty() && write.mustExist()) {
        return missing();
      }
      if (!write.condition().holds(found)) {
        return refused(Result.Refusal.CONDITION_FAILED);
      }
    }
    Timestamp seen = newest.map(ObjectRow::metadataTimestamp).orElse(Timestamp.ZERO);
    if (promise.filter(time -> !time.isAfter(seen)).isPresent()) {
      return again(new Verdict.Stale(seen));
    }
    return write(promise.orElseGet(() -> clock.after(seen)), promise);
  }

  private CompletableFuture<Result<ObjectRow>> missing() {
    return container
        .container()
        .thenApply(
            row ->
                Result.refused(
                    row.isPresent() ? Result.Refusal.NO_OBJECT : Result.Refusal.NO_CONTAINER));
  }

  private CompletableFuture<Result<ObjectRow>> write(Timestamp time, Optional<Timestamp> promise) {
    own.add(time);
    ObjectRow row = write.rowAt(time);
    List<Write.Guard> guards = new ArrayList<>();
    guards.add(
        promise.isPresent()
            ? new Write.Kept(row.policy(), row.path(), promise.get())
            : new Write.Newer(row.policy(), row.path(), time));
    boolean joint = objects.isWith(container.slots());
    if (joint) {
      guards.add(container.live());
    }
    QuorumWrite.Started started =
        QuorumWrite.start(
            objects,
            replica -> contentAt(replica, row).map(r -> new Write(guards, entries(r, joint))),
            executor);
    return started
        .verdict()
        .thenCompose(
            verdict ->
                switch (verdict) {
                  case Verdict.Accepted() -> joint ? done(row) : list(row);
                  case Verdict.NoContainer() ->
                      container
                          .heal()
                          .thenCompose(live -> live ? again(verdict) : refused(container.gone()));
                  default -> again(verdict);
                });
  }

  private Optional<ObjectRow> contentAt(Replica replica, ObjectRow row) {
    return row.deleted() ? Optional.of(row) : write.staged().at(replica).map(row::withContent);
  }

  private List<Entry> entries(ObjectRow row, boolean joint) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.PutObject(row));
    entries.addAll(write.more());
    if (joint) {
      entries.add(container.listing(row));
    } else {
      entries.add(new Entry.PutPending(row.policy(), row.path(), row.timestamp()));
    }
    if (row.deleted() && joint && objects.isSingle() && container.slots().isSingle()) {
      entries.add(new Entry.PurgeObject(row.policy(), row.path(), row.timestamp()));
      entries.add(new Entry.PurgeListing(row.path(), row.timestamp()));
    }
    return entries;
  }

  private CompletableFuture<Result<ObjectRow>> list(ObjectRow row) {
    return container
        .tell(row)
        .thenCompose(
            heard ->
                heard
                    ? done(row)
                    : container.undo(row).thenCompose(verdict -> refused(container.gone())));
  }

  private CompletableFuture<Result<ObjectRow>> again(Verdict verdict) {
    countAttempt();
    if (verdict instanceof Verdict.Stale(Timestamp newest)) {
      clock.after(newest);
    }
    if (attempts == 1) {
      return run();
    }
    return pauses.then(this::run, executor);
  }

  private void countAttempt() {
    attempts++;
    if (attempts > MAXIMUM_ATTEMPTS) {
      throw new StoreFailure.Overloaded(
          "other writes of " + write.path() + " came in between " + MAXIMUM_ATTEMPTS + " times");
    }
  }

  private CompletableFuture<Result<ObjectRow>> done(ObjectRow row) {
    return CompletableFuture.completedFuture(
        new Result.Done<>(row.deleted() ? found.orElse(row) : row));
  }

  private static CompletableFuture<Result<ObjectRow>> refused(Result.Refusal refusal) {
    return CompletableFuture.completedFuture(Result.refused(refusal));
  }
}
