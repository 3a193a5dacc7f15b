package io.virga.control.operator.supervise;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs a set of processes until it is told to stop, then stops them in reverse order. The thread
 * that calls {@link #run} is the only one that touches a {@link Child}.
 */
public final class Supervisor {

  private static final Duration TICK_WHILE_CHANGING = Duration.ofMillis(50);
  private static final Duration TICK_AT_REST = Duration.ofMillis(250);

  private final List<Child> children;
  private final Map<String, String> off;
  private final Consumer<CloudState> listener;
  private final long started;
  private final Semaphore wakeUps = new Semaphore(0);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private List<ChildStatus> shown = List.of();

  /**
   * @param plans in the order in which they are started where they wait for each other
   * @param off what is not run, with the reasons; only passed on
   * @param blocking runs probes and preparations
   * @param listener told of each change, on the supervisor's thread
   */
  public Supervisor(
      List<Plan> plans,
      Map<String, String> off,
      Launcher launcher,
      ExecutorService blocking,
      InstantSource clock,
      Consumer<CloudState> listener) {
    Executor waking = task -> blocking.execute(() -> runAndWake(task));
    this.children =
        plans.stream()
            .map(plan -> new Child(plan, launcher, waking, clock, Backoff.STANDARD))
            .toList();
    this.off = Map.copyOf(off);
    this.listener = listener;
    this.started = clock.millis();
  }

  /** What a probe or a preparation found out is acted upon at once, not at the next tick. */
  private void runAndWake(Runnable task) {
    try {
      task.run();
    } finally {
      wakeUps.release();
    }
  }

  /** Asks {@link #run} to stop everything and return. Any thread. */
  public void stop() {
    stopping.set(true);
    wakeUps.release();
  }

  /** Supervises until {@link #stop}; returns when all processes have ended. */
  public void run() throws InterruptedException {
    while (!stopping.get()) {
      Map<String, Child> byName =
          children.stream().collect(Collectors.toMap(c -> c.plan().name(), Function.identity()));
      children.forEach(child -> child.tick(name -> serves(byName, name)));
      publish();
      pause();
    }
    stopAll();
  }

  private static boolean serves(Map<String, Child> byName, String name) {
    Child child = byName.get(name);
    return child == null || child.state().serves();
  }

  /** In reverse order; what no other one needs is stopped together. */
  private void stopAll() throws InterruptedException {
    List<Child> left = new ArrayList<>(children);
    while (true) {
      List<Child> last =
          left.stream().filter(child -> left.stream().noneMatch(o -> needs(o, child))).toList();
      last.forEach(Child::stop);
      last.forEach(child -> child.tick(name -> true));
      left.removeIf(child -> child.state() == ChildState.STOPPED);
      publish();
      if (left.isEmpty()) {
        return;
      }
      pause();
    }
  }

  private static boolean needs(Child other, Child child) {
    return other != child && other.plan().outlivedBy(child.plan());
  }

  private void publish() {
    List<ChildStatus> now = children.stream().map(Child::status).toList();
    if (!now.equals(shown)) {
      shown = now;
      listener.accept(new CloudState(ProcessHandle.current().pid(), started, now, off));
    }
  }

  private void pause() throws InterruptedException {
    boolean settled = children.stream().allMatch(child -> child.state() == ChildState.UP);
    Duration tick = settled ? TICK_AT_REST : TICK_WHILE_CHANGING;
    if (wakeUps.tryAcquire(tick.toMillis(), TimeUnit.MILLISECONDS)) {
      wakeUps.drainPermits();
    }
  }
}
