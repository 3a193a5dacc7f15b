package io.virga.objectstore.device;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.IndexBatch;
import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.index.LiveBytes;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.log.Journal;
import io.virga.objectstore.log.NoSpaceException;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.FrameEntries;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that orders the changes of a device. It takes all that wait, decides them one by
 * one, adds each to the journal, where the bytes of small objects stay, makes them durable together
 * (the data segments they name, then the journal), makes them visible in the index, and then tells
 * the callers. A failed sync stops it for good.
 */
final class Committer {

  private static final int MAXIMUM_GROUP = 512;
  private static final long CLOSING_CHECK_MILLIS = 50;

  /** A change that was handed in. */
  record Waiting<T>(Change<T> change, Executor executor, CompletableFuture<T> future) {

    Outcome<T> decide(IndexBatch batch) {
      Change.Decision<T> decision = change.decide(batch);
      return new Outcome<>(this, decision);
    }
  }

  private record Outcome<T>(Waiting<T> waiting, Change.Decision<T> decision) {

    void complete() {
      waiting.future().complete(decision.result());
    }
  }

  private final Index index;
  private final LiveBytes liveBytes;
  private final Journal journal;
  private final DataSegments segments;
  private final CommitListener listener;
  private final BlockingQueue<Waiting<?>> queue;
  private final Thread thread;
  private final BinaryWriter payload = new BinaryWriter(8 << 10);
  private long lastMicros;
  private long lastSegment;
  private volatile boolean closing;
  private volatile boolean ended;
  private volatile String stopped = "";

  /**
   * A committer at rest.
   *
   * @param queue takes what waits; bounded
   */
  Committer(DeviceFiles files, BlockingQueue<Waiting<?>> queue, CommitListener listener) {
    this.index = files.index();
    this.liveBytes = files.liveBytes();
    this.journal = files.journal();
    this.segments = files.segments();
    this.listener = listener;
    this.queue = queue;
    this.lastMicros = index.lastTimestampMicros();
    this.lastSegment = journal.currentSegment();
    this.thread = Thread.ofPlatform().name("object-commit").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Hands a change in; never blocks.
   *
   * @param executor completes the future
   */
  <T> CompletableFuture<T> submit(Change<T> change, Executor executor) {
    CompletableFuture<T> future = new CompletableFuture<>();
    if (!stopped.isEmpty() || closing) {
      future.completeExceptionally(new StoreFailure.DeviceStopped(reason()));
    } else if (!queue.offer(new Waiting<>(change, executor, future))) {
      future.completeExceptionally(new StoreFailure.Overloaded("too many changes are waiting"));
    } else if (ended) {
      failRest();
    }
    return future;
  }

  private String reason() {
    return stopped.isEmpty() ? "the device is being closed" : stopped;
  }

  /** Finishes what waits and ends. */
  void close() throws InterruptedException {
    closing = true;
    thread.join();
  }

  private void run() {
    List<Waiting<?>> group = new ArrayList<>(MAXIMUM_GROUP);
    while (stopped.isEmpty() && (!closing || !queue.isEmpty())) {
      if (awaitWork(group)) {
        commit(group);
        group.clear();
      }
    }
    ended = true;
    failRest();
  }

  /**
   * Nobody takes from the queue any more. A change either was there before {@link #ended}, then the
   * commit thread fails it, or came later, then its own caller has seen that and does.
   */
  private void failRest() {
    List<Waiting<?>> rest = new ArrayList<>();
    queue.drainTo(rest);
    fail(rest, new StoreFailure.DeviceStopped(reason()));
  }

  /** The thread is never interrupted: that would close the journal's channel. */
  private boolean awaitWork(List<Waiting<?>> group) {
    try {
      Waiting<?> first = queue.poll(CLOSING_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      if (first == null) {
        return false;
      }
      group.add(first);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the commit thread", e);
    }
    queue.drainTo(group, MAXIMUM_GROUP - 1);
    return true;
  }

  private void commit(List<Waiting<?>> all) {
    Group group = new Group();
    for (Waiting<?> waiting : all) {
      group = take(waiting, group);
    }
    group.finish();
  }

  /**
   * Decides a change.
   *
   * @return the group that it is in: the next one if there was no room in this one
   */
  private Group take(Waiting<?> waiting, Group group) {
    Group taking = group;
    try {
      Outcome<?> outcome = waiting.decide(group.batch);
      List<Entry> entries = outcome.decision().entries();
      if (!entries.isEmpty()) {
        FrameEntries frame = encode(entries);
        if (group.changes > 0 && !journal.hasRoom(payload.size())) {
          group.finish();
          taking = new Group();
        }
        taking.add(entries, frame);
      }
      taking.outcomes.add(outcome);
    } catch (NoSpaceException e) {
      fail(List.of(waiting), new StoreFailure.DeviceFull(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      fail(List.of(waiting), e);
    }
    return taking;
  }

  /** Fills {@link #payload}. */
  private FrameEntries encode(List<Entry> entries) {
    payload.clear();
    FrameEntries frame = FrameEntries.write(entries, ExtentPlan::nextId, payload);
    if (payload.size() > journal.maximumPayloadBytes()) {
      throw new StoreFailure.DeviceFull("a change of " + payload.size() + " bytes is too large");
    }
    return frame;
  }

  /** Changes that become durable together. */
  private final class Group {
    private final HeldSegments held = new HeldSegments(segments);
    private final IndexBatch batch = new IndexBatch(index, liveBytes, lastMicros);
    private final List<Outcome<?>> outcomes = new ArrayList<>();
    private int changes;

    /** Adds what {@link #encode} made of entries. */
    void add(List<Entry> entries, FrameEntries frame) throws NoSpaceException {
      if (!stopped.isEmpty()) {
        throw new StoreFailure.DeviceStopped(stopped);
      }
      entries.forEach(held::hold);
      JournalPosition at =
          journal.add(payload.written(), new Timestamp(batch.lastTimestampMicros()));
      changes++;
      frame.placed(at.segment(), at.offset()).forEach(batch::apply);
    }

    void finish() {
      try (held) {
        if (changes > 0) {
          persist();
        }
        complete(outcomes);
      } catch (IOException | RuntimeException e) {
        stopped = "a write could not be made durable: " + e.getMessage();
        listener.stopped(stopped, e);
        List<Waiting<?>> waiting = new ArrayList<>();
        outcomes.forEach(outcome -> waiting.add(outcome.waiting()));
        fail(waiting, new StoreFailure.DeviceStopped(stopped, e));
      }
    }

    private void persist() throws IOException {
      long startNanos = System.nanoTime();
      held.sync();
      journal.sync();
      index.write(batch, journal.position());
      lastMicros = batch.lastTimestampMicros();
      listener.committed(changes, System.nanoTime() - startNanos);
      if (journal.currentSegment() != lastSegment) {
        lastSegment = journal.currentSegment();
        listener.rolled();
      }
    }
  }

  private static void complete(List<Outcome<?>> outcomes) {
    Map<Executor, List<Outcome<?>>> byExecutor = new LinkedHashMap<>();
    for (Outcome<?> outcome : outcomes) {
      byExecutor
          .computeIfAbsent(outcome.waiting().executor(), key -> new ArrayList<>())
          .add(outcome);
    }
    byExecutor.forEach(
        (executor, list) -> execute(executor, () -> list.forEach(Outcome::complete)));
  }

  private static void fail(List<Waiting<?>> group, RuntimeException failure) {
    Map<Executor, List<Waiting<?>>> byExecutor = new HashMap<>();
    for (Waiting<?> waiting : group) {
      byExecutor.computeIfAbsent(waiting.executor(), key -> new ArrayList<>()).add(waiting);
    }
    Consumer<Waiting<?>> fail = waiting -> waiting.future().completeExceptionally(failure);
    byExecutor.forEach((executor, list) -> execute(executor, () -> list.forEach(fail)));
  }

  /** An executor that has been shut down has nobody who waits; the futures are completed here. */
  private static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }
}
