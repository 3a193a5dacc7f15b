package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.Journal;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.storage.Countdown;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.blockstore.storage.StorageFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes durable, all that wait for it together: data first, then the journal. At most one
 * commit runs; what comes meanwhile is the next one. Owned by the pool's loop.
 *
 * <p>idle → syncing data → writing journal → idle, or → broken: after a failed sync nobody knows
 * what is on disk, so nothing is acknowledged any more until the pool is opened anew. The same
 * holds when a change could not be applied: nobody knows how much of it has been.
 */
final class Committer {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final PoolState state;
  private final PoolSlots slots;
  private final SegmentStore segments;
  private final Journal journal;
  private final InFlight inFlight;
  private final EventExecutor loop;
  private final List<Runnable> afterNextCommit = new ArrayList<>();
  private List<Completion> waiting = new ArrayList<>();
  private CommitHook hook = sequence -> () -> {};
  private boolean running;
  private volatile boolean broken;
  private long commits;

  Committer(
      PoolState state,
      PoolSlots slots,
      SegmentStore segments,
      Journal journal,
      InFlight inFlight,
      EventExecutor loop) {
    this.state = state;
    this.slots = slots;
    this.segments = segments;
    this.journal = journal;
    this.inFlight = inFlight;
    this.loop = loop;
  }

  void onCommit(CommitHook newHook) {
    hook = newHook;
  }

  /** Applies a change and remembers it for the next commit. */
  void log(JournalRecord record) {
    guarded(
        () -> {
          state.apply(record);
          journal.add(record);
        });
  }

  /** Runs a change of the state; one that throws stops the pool. */
  void guarded(Runnable change) {
    try {
      change.run();
    } catch (RuntimeException | Error e) {
      giveUp(e);
      throw e;
    }
  }

  /** Acknowledges nothing any more, since something is as it must never be. */
  void giveUp(Throwable cause) {
    LOG.error("the pool is in doubt and acknowledges nothing until it is opened anew", cause);
    giveUp();
  }

  /** Completes when all that was done before is durable. */
  void flush(Completion completion) {
    if (broken) {
      completion.done(Outcome.IO_ERROR);
      return;
    }
    if (!running && !isDirty()) {
      completion.done(Outcome.OK);
      return;
    }
    waiting.add(completion);
    start();
  }

  /** Commits what there is, for nobody. */
  void flushIfDirty() {
    if (isDirty()) {
      start();
    }
  }

  /** Runs the action when space that was given up by now has come free, or could not. */
  void afterCommit(Runnable action) {
    afterNextCommit.add(action);
    start();
  }

  /** Acknowledges nothing any more. */
  void giveUp() {
    broken = true;
  }

  boolean isBroken() {
    return broken;
  }

  /** Whether space that was given up will come free by commits and by I/O that ends. */
  boolean hasPendingDrops() {
    return slots.outstanding() > 0;
  }

  long commits() {
    return commits;
  }

  /** Whether a commit would make anything durable. */
  boolean isDirty() {
    return journal.hasOpen() || segments.hasUnsynced() || slots.hasDrops();
  }

  private void start() {
    if (running) {
      return;
    }
    if (broken) {
      fail(new Commit(journal.seal(), slots.takeDrops(), takeWaiting(), takeActions(), () -> {}));
      return;
    }
    running = true;
    commits++;
    Journal.Batch batch = journal.seal();
    Commit commit =
        new Commit(
            batch,
            slots.takeDrops(),
            takeWaiting(),
            takeActions(),
            hook.captured(batch.lastSequence()));
    Set<StorageFile> files = segments.takeUnsynced();
    if (files.isEmpty()) {
      writeJournal(commit);
      return;
    }
    Countdown syncs = new Countdown(files.size(), ok -> synced(ok, commit));
    files.forEach(file -> file.sync(syncs));
  }

  private void synced(boolean ok, Commit commit) {
    if (ok) {
      writeJournal(commit);
    } else {
      fail(commit);
    }
  }

  private void writeJournal(Commit commit) {
    if (commit.batch.isEmpty()) {
      finish(commit);
    } else {
      journal.write(
          commit.batch,
          ok -> {
            if (ok) {
              finish(commit);
            } else {
              fail(commit);
            }
          });
    }
  }

  private void finish(Commit commit) {
    running = false;
    commit.waiting.forEach(completion -> completion.done(Outcome.OK));
    inFlight.whenEnded(() -> free(commit));
    commit.durable.run();
    if (!waiting.isEmpty() || !afterNextCommit.isEmpty()) {
      start();
    }
  }

  private void free(Commit commit) {
    if (apply(commit.drops)) {
      commit.actions.forEach(Runnable::run);
    } else {
      Turns.next(loop, () -> free(commit));
    }
  }

  /** Whether there is no more to apply; what waits for space is told when the pool has stopped. */
  private boolean apply(PoolSlots.Drops drops) {
    try {
      return drops.apply();
    } catch (RuntimeException e) {
      giveUp(e);
      return true;
    }
  }

  private void fail(Commit commit) {
    running = false;
    if (!broken) {
      LOG.error("a commit failed; the pool acknowledges nothing until it is opened anew");
    }
    broken = true;
    commit.waiting.forEach(completion -> completion.done(Outcome.IO_ERROR));
    commit.actions.forEach(Runnable::run);
    if (!waiting.isEmpty() || !afterNextCommit.isEmpty()) {
      start();
    }
  }

  private List<Completion> takeWaiting() {
    List<Completion> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }

  private List<Runnable> takeActions() {
    List<Runnable> taken = List.copyOf(afterNextCommit);
    afterNextCommit.clear();
    return taken;
  }

  private record Commit(
      Journal.Batch batch,
      PoolSlots.Drops drops,
      List<Completion> waiting,
      List<Runnable> actions,
      Runnable durable) {}

  /** Looks at the state as a commit will make it durable. */
  @FunctionalInterface
  interface CommitHook {

    /** The state is as of the sequence; the answer is run when it is durable. */
    Runnable captured(long sequence);
  }
}
