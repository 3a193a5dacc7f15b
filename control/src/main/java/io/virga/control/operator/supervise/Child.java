package io.virga.control.operator.supervise;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The life of one supervised process. Only the supervisor's thread calls it; probes and
 * preparations run elsewhere and are picked up by the next {@link #tick}.
 *
 * <pre>
 * WAITING    → adopted                        → STARTING
 *            → all it comes after serve       → PREPARING
 * PREPARING  → done: launched                 → STARTING      failed → RESTARTING
 * STARTING   → probe says up / degraded       → UP / DEGRADED
 * UP, DEGRADED, DOWN → each probe             → UP / DEGRADED / DOWN
 * any of these four  → the process has ended  → RESTARTING (waits for the back-off) → WAITING
 * any        → held by the operator           → HOLDING
 * HOLDING    → ended, or killed at its time limit → HELD
 * HELD       → no longer held                 → WAITING
 * any        → stop()                         → STOPPING
 * STOPPING   → ended, or killed at its time limit → what is done afterwards → STOPPED
 * </pre>
 */
final class Child {

  private static final Duration PROBE_WHILE_STARTING = Duration.ofMillis(100);
  private static final Duration PROBE_WHILE_UNWELL = Duration.ofMillis(200);
  private static final Duration PROBE_LATER = Duration.ofMillis(1500);

  private final Plan plan;
  private final Launcher launcher;
  private final Executor blocking;
  private final InstantSource clock;
  private final Backoff backoff;

  private ChildState state = ChildState.WAITING;
  private String detail = "";
  private long since;
  private int failures;
  private int restarts;
  private boolean looked;
  private @Nullable Running running;
  private @Nullable CompletableFuture<Health> probe;
  private @Nullable CompletableFuture<Void> preparation;
  private @Nullable CompletableFuture<Void> afterwards;
  private long nextAt;
  private long killAt = Long.MAX_VALUE;

  Child(Plan plan, Launcher launcher, Executor blocking, InstantSource clock, Backoff backoff) {
    this.plan = plan;
    this.launcher = launcher;
    this.blocking = blocking;
    this.clock = clock;
    this.backoff = backoff;
    this.since = clock.millis();
  }

  Plan plan() {
    return plan;
  }

  ChildStatus status() {
    long pid = running == null ? 0 : running.pid();
    return new ChildStatus(plan.name(), state, detail, pid, restarts, since);
  }

  ChildState state() {
    return state;
  }

  /** Goes on as far as it can without waiting. */
  void tick(Predicate<String> serves) {
    long now = clock.millis();
    if (launcher.held(plan.name()) && state.runs()) {
      askToEnd(ChildState.HOLDING);
    }
    switch (state) {
      case WAITING -> begin(serves);
      case PREPARING -> launchWhenPrepared();
      case STARTING, UP, DEGRADED, DOWN -> watch(now);
      case RESTARTING -> {
        if (now >= nextAt) {
          enter(ChildState.WAITING, "");
        }
      }
      case HOLDING -> finishHolding(now);
      case HELD -> {
        if (!launcher.held(plan.name())) {
          enter(ChildState.WAITING, "");
        }
      }
      case STOPPING -> finishStopping(now);
      case STOPPED -> {}
    }
  }

  /** Asks the process to end. {@link #tick} sees to the rest. */
  void stop() {
    if (state == ChildState.STOPPING || state == ChildState.STOPPED) {
      return;
    }
    askToEnd(ChildState.STOPPING);
  }

  private void askToEnd(ChildState next) {
    if (running == null && !looked) {
      running = launcher.adopt(plan.name()).orElse(null);
      looked = true;
    }
    if (running != null) {
      running.signal(plan.stop().signal());
    }
    killAt = clock.millis() + plan.stop().timeout().toMillis();
    enter(next, "");
  }

  private void begin(Predicate<String> serves) {
    if (!looked) {
      looked = true;
      Optional<Running> earlier = launcher.adopt(plan.name());
      if (earlier.isPresent()) {
        running = earlier.get();
        enter(ChildState.STARTING, "adopted");
        return;
      }
    }
    Optional<String> missing = plan.order().after().stream().filter(serves.negate()).findFirst();
    if (missing.isPresent()) {
      detail = "waits for " + missing.get();
      return;
    }
    preparation = CompletableFuture.runAsync(plan.start().prepare(), blocking);
    enter(ChildState.PREPARING, "");
  }

  private void launchWhenPrepared() {
    CompletableFuture<Void> prepared = preparation;
    if (prepared == null || !prepared.isDone()) {
      return;
    }
    try {
      prepared.join();
      running = launcher.launch(plan);
      nextAt = clock.millis();
      enter(ChildState.STARTING, "");
    } catch (CompletionException | IOException e) {
      Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
      failed(String.valueOf(cause.getMessage()));
    }
  }

  private void watch(long now) {
    Running process = running;
    if (process == null || !process.alive()) {
      failed(process == null ? "gone" : process.ending().orElse("ended"));
      return;
    }
    CompletableFuture<Health> pending = probe;
    if (pending == null && now >= nextAt) {
      probe = CompletableFuture.supplyAsync(plan.probe()::check, blocking);
    } else if (pending != null && pending.isDone()) {
      probe = null;
      nextAt = now + interval().toMillis();
      accept(pending, now);
    }
  }

  private Duration interval() {
    return switch (state) {
      case STARTING -> PROBE_WHILE_STARTING;
      case DEGRADED, DOWN -> PROBE_WHILE_UNWELL;
      default -> PROBE_LATER;
    };
  }

  private void accept(CompletableFuture<Health> answer, long now) {
    Health health = answer.exceptionally(e -> Health.down(e.toString())).join();
    boolean starting = state == ChildState.STARTING;
    switch (health.level()) {
      case UP -> enter(ChildState.UP, "");
      case DEGRADED -> enter(ChildState.DEGRADED, health.detail());
      case DOWN -> enter(starting ? ChildState.STARTING : ChildState.DOWN, health.detail());
    }
    if (state.serves() && now - since >= backoff.wellAfter().toMillis()) {
      failures = 0;
    }
  }

  private void failed(String reason) {
    running = null;
    probe = null;
    failures++;
    restarts++;
    nextAt = clock.millis() + backoff.delay(failures).toMillis();
    enter(ChildState.RESTARTING, reason);
  }

  private void finishHolding(long now) {
    if (ended(now)) {
      probe = null;
      enter(ChildState.HELD, "stopped by the operator");
    }
  }

  /** Whether nothing of the process is left; what is left at the time limit is killed. */
  private boolean ended(long now) {
    Running process = running;
    boolean preparing = preparation != null && !preparation.isDone();
    if (preparing || (process != null && process.alive())) {
      if (process != null && now >= killAt) {
        process.signal("KILL");
      }
      return false;
    }
    running = null;
    return true;
  }

  private void finishStopping(long now) {
    if (!ended(now)) {
      return;
    }
    CompletableFuture<Void> cleaning = afterwards;
    if (cleaning == null) {
      afterwards = CompletableFuture.runAsync(plan.stop().afterwards(), blocking);
    } else if (cleaning.isDone()) {
      String failure = cleaning.handle((done, e) -> e == null ? "" : e.toString()).join();
      enter(ChildState.STOPPED, failure);
    }
  }

  private void enter(ChildState next, String why) {
    if (state != next) {
      state = next;
      since = clock.millis();
    }
    detail = why;
  }
}
