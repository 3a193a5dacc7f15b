package io.virga.blockstore.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool's blocking work, one task after another on threads that are shared: two checkpoints must
 * not be written in the wrong order. Few tasks wait: one checkpoint, one segment, one journal file,
 * the end. What the threads have no room for waits until {@link #tryAgain}. Thread-safe.
 */
final class SerialTasks implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(SerialTasks.class);

  private final Executor threads;
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  SerialTasks(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    add(task);
    tryAgain();
  }

  /** Runs a task that needs no order beside the others; or among them, if no thread is free. */
  void executeBeside(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("too many blocking tasks wait already; this one waits with those in order", e);
      execute(task);
    }
  }

  private synchronized void add(Runnable task) {
    queue.add(task);
  }

  /** The threads may have room again. */
  void tryAgain() {
    if (!begin()) {
      return;
    }
    try {
      threads.execute(this::runAll);
    } catch (RejectedExecutionException e) {
      LOG.warn("too many blocking tasks wait already; those of the pool are tried again", e);
      end();
    }
  }

  private synchronized boolean begin() {
    boolean begins = !running && !queue.isEmpty();
    running |= begins;
    return begins;
  }

  private synchronized void end() {
    running = false;
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = queue.poll();
    running = task != null;
    return task;
  }

  private void runAll() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a background task of a pool failed", e);
      }
    }
  }
}
