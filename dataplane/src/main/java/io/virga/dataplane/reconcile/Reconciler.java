package io.virga.dataplane.reconcile;

import io.virga.dataplane.retry.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Level-triggered reconciliation. A key is enqueued whenever something about it may have changed;
 * the work then looks at what is desired and what is, and brings the two together. Thread-safe.
 *
 * <pre>
 * state     enqueue    started   success                 failure
 * idle      waiting
 * waiting   waiting    running
 * running   running*             idle (* waiting)        delayed (* waiting)
 * delayed   waiting              (its time comes: waiting)
 * </pre>
 *
 * At most one work runs per key, at most {@code maxRunning} in all. A key that was enqueued while
 * its work ran (*) is looked at again.
 *
 * @param <K> what names a thing; equal keys are the same thing
 */
public final class Reconciler<K> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  private final Work<K> work;
  private final int maxRunning;
  private final Executor workers;
  private final ScheduledExecutorService timer;
  private final Patience patience;
  private final Object lock = new Object();
  private final Deque<K> waiting = new ArrayDeque<>();
  private final Set<K> inWaiting = new HashSet<>();
  private final Set<K> running = new HashSet<>();
  private final Set<K> again = new HashSet<>();
  private final Map<K, Backoff> failing = new HashMap<>();
  private boolean closed;

  /** Brings one thing about; blocks as long as it takes. Called by a worker. */
  @FunctionalInterface
  public interface Work<K> {

    /** Throws when it could not be brought about now; it is then tried again. */
    void reconcile(K key) throws Exception;
  }

  /** How long a failing key waits: from the least, doubling to the most, spread by chance. */
  public record Patience(Duration least, Duration most, RandomGenerator random) {

    /** From 500 ms to 1 minute. */
    public static Patience standard() {
      return new Patience(
          Duration.ofMillis(500), Duration.ofMinutes(1), RandomGenerator.getDefault());
    }

    Backoff backoff() {
      return new Backoff(least, most, random);
    }
  }

  /**
   * A reconciler at rest.
   *
   * @param maxRunning how many keys are worked on at once
   * @param workers run the work; has room for {@code maxRunning} tasks; its owner ends it
   * @param timer wakes failing keys; its owner ends it
   */
  public Reconciler(
      Work<K> work,
      int maxRunning,
      Executor workers,
      ScheduledExecutorService timer,
      Patience patience) {
    this.work = work;
    this.maxRunning = maxRunning;
    this.workers = workers;
    this.timer = timer;
    this.patience = patience;
  }

  /** Has the key looked at soon; a key that was failing is looked at without further delay. */
  public void enqueue(K key) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (running.contains(key)) {
        again.add(key);
      } else if (inWaiting.add(key)) {
        waiting.add(key);
      }
    }
    startSome();
  }

  /** Has all of the keys looked at soon. */
  public void enqueueAll(Iterable<? extends K> keys) {
    keys.forEach(this::enqueue);
  }

  /** How many keys wait or are worked on; for metrics. */
  public int backlog() {
    synchronized (lock) {
      return waiting.size() + running.size();
    }
  }

  /** How many keys have failed and not succeeded since; for health. */
  public int failing() {
    synchronized (lock) {
      return failing.size();
    }
  }

  private void startSome() {
    while (true) {
      K key;
      synchronized (lock) {
        if (closed || running.size() >= maxRunning || waiting.isEmpty()) {
          return;
        }
        key = waiting.remove();
        inWaiting.remove(key);
        running.add(key);
      }
      workers.execute(() -> run(key));
    }
  }

  private void run(K key) {
    boolean succeeded = false;
    try {
      work.reconcile(key);
      succeeded = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("cannot bring about {} now", key, e);
    } finally {
      ended(key, succeeded);
      startSome();
    }
  }

  private void ended(K key, boolean succeeded) {
    synchronized (lock) {
      running.remove(key);
      Duration delay = Duration.ZERO;
      if (succeeded) {
        failing.remove(key);
      } else {
        delay = failing.computeIfAbsent(key, k -> patience.backoff()).next();
      }
      if (again.remove(key)) {
        inWaiting.add(key);
        waiting.add(key);
      } else if (!succeeded && !closed) {
        timer.schedule(() -> enqueue(key), delay.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Starts nothing more; work that runs goes on to its end. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      waiting.clear();
      inWaiting.clear();
      again.clear();
    }
  }
}
