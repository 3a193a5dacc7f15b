package io.virga.dataplane.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {

  private final List<Runnable> queued = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stopTimer() {
    timer.shutdownNow();
  }

  private static Reconciler.Patience patience(int leastMillis) {
    return new Reconciler.Patience(
        Duration.ofMillis(leastMillis), Duration.ofMillis(leastMillis * 4L), new Random(1));
  }

  private <K> Reconciler<K> byHand(Reconciler.Work<K> work, int maxRunning) {
    return new Reconciler<>(work, maxRunning, queued::add, timer, patience(1000));
  }

  private void runAll() {
    while (!queued.isEmpty()) {
      queued.removeFirst().run();
    }
  }

  @Test
  void looksOnceAtAKeyThatIsEnqueuedOften() {
    List<String> looked = new ArrayList<>();
    Reconciler<String> reconciler = byHand(looked::add, 1);
    reconciler.enqueueAll(List.of("other", "a", "a", "a"));
    assertThat(reconciler.backlog()).isEqualTo(2);
    runAll();
    assertThat(looked).containsExactly("other", "a");
    assertThat(reconciler.backlog()).isZero();
  }

  @Test
  void looksAgainAtAKeyThatWasEnqueuedDuringItsWork() {
    List<String> looked = new ArrayList<>();
    List<Reconciler<String>> self = new ArrayList<>();
    Reconciler<String> reconciler =
        byHand(
            key -> {
              looked.add(key);
              if (looked.size() == 1) {
                self.getFirst().enqueueAll(List.of(key, key));
              }
            },
            8);
    self.add(reconciler);
    reconciler.enqueue("a");
    runAll();
    assertThat(looked).containsExactly("a", "a");
  }

  @Test
  void worksOnNoMoreKeysAtOnceThanItMay() {
    Reconciler<Integer> reconciler = byHand(key -> {}, 2);
    reconciler.enqueueAll(List.of(1, 2, 3, 4, 5));
    assertThat(queued).hasSize(2);
    queued.removeFirst().run();
    assertThat(queued).hasSize(2);
    runAll();
    assertThat(reconciler.backlog()).isZero();
  }

  @Test
  void triesAFailingKeyAgainUntilItSucceeds() {
    AtomicInteger attempts = new AtomicInteger();
    Reconciler<String> reconciler =
        new Reconciler<>(
            key -> {
              if (attempts.incrementAndGet() < 4) {
                throw new IOException("not yet");
              }
            },
            1,
            Runnable::run,
            timer,
            patience(4));
    reconciler.enqueue("a");
    assertThat(reconciler.failing()).isEqualTo(1);
    Eventually.isTrue("success", () -> attempts.get() == 4 && reconciler.failing() == 0);
  }

  @Test
  void doesNotWaitWithAFailingKeyThatIsEnqueued() {
    List<String> looked = new ArrayList<>();
    Reconciler<String> reconciler =
        byHand(
            key -> {
              looked.add(key);
              throw new IOException("never");
            },
            1);
    reconciler.enqueue("a");
    runAll();
    reconciler.enqueue("a");
    runAll();
    assertThat(looked).hasSize(2);
  }

  @Test
  void startsNothingOnceClosed() {
    List<String> looked = new ArrayList<>();
    Reconciler<String> reconciler = byHand(looked::add, 1);
    reconciler.enqueueAll(List.of("a", "b"));
    reconciler.close();
    runAll();
    reconciler.enqueue("c");
    runAll();
    assertThat(looked).containsExactly("a");
  }

  @Test
  void neverWorksOnOneKeyTwiceAtOnce() throws Exception {
    Set<Integer> running = ConcurrentHashMap.newKeySet();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger looked = new AtomicInteger();
    try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
      Reconciler<Integer> reconciler =
          new Reconciler<>(
              key -> {
                if (!running.add(key)) {
                  overlaps.incrementAndGet();
                }
                LockSupport.parkNanos(1_000);
                running.remove(key);
                looked.incrementAndGet();
              },
              4,
              workers,
              timer,
              patience(10));
      Random random = new Random(7);
      for (int i = 0; i < 20_000; i++) {
        reconciler.enqueue(random.nextInt(8));
      }
      Eventually.isTrue("at rest", () -> reconciler.backlog() == 0);
    }
    assertThat(overlaps).hasValue(0);
    assertThat(looked.get()).isPositive();
  }
}
