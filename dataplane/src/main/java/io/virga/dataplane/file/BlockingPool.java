package io.virga.dataplane.file;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that may block, and a bounded queue before them that an event loop may hand tasks
 * to: the hand-over takes no lock, so a loop never parks in it.
 */
final class BlockingPool implements Executor, AutoCloseable {

  private final int maxWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  /** All threads are there from the start: to start one would lock. */
  BlockingPool(String name, int threads, int maxWaiting) {
    this.maxWaiting = maxWaiting;
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    pool =
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new LinkedTransferQueue<>(), factory);
    pool.prestartAllCoreThreads();
  }

  /**
   * Runs the task on one of the threads.
   *
   * @throws RejectedExecutionException when as many tasks wait as may, or the pool is closed
   */
  @Override
  public void execute(Runnable task) {
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      throw new RejectedExecutionException(maxWaiting + " tasks wait already");
    }
    try {
      pool.execute(
          () -> {
            waiting.decrementAndGet();
            task.run();
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      throw e;
    }
  }

  /** Waits at most five seconds for running tasks, then interrupts them. */
  @Override
  public void close() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
