package io.virga.objectstore.simulation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The thread of a node; what it has not begun when the node dies it never does. */
final class SimulatedThread extends AbstractExecutorService implements ScheduledExecutorService {

  private final VirtualTime time;
  private boolean ended;

  SimulatedThread(VirtualTime time) {
    this.time = time;
  }

  @Override
  public void execute(Runnable task) {
    if (time.isBlocking()) {
      task.run();
    } else {
      later(Duration.ZERO, task);
    }
  }

  private void later(Duration delay, Runnable task) {
    time.after(
        delay,
        () -> {
          if (!ended) {
            task.run();
          }
        });
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(
        () -> {
          command.run();
          return true;
        },
        delay,
        unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    Duration duration = Duration.of(delay, unit.toChronoUnit());
    Scheduled<V> scheduled = new Scheduled<>(callable);
    if (time.isBlocking()) {
      time.pass(duration);
      scheduled.run();
    } else {
      later(duration, scheduled);
    }
    return scheduled;
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    Scheduled<Boolean> scheduled = new Scheduled<>(() -> true);
    repeat(Duration.of(delay, unit.toChronoUnit()), command, scheduled);
    return scheduled;
  }

  private void repeat(Duration delay, Runnable command, Scheduled<Boolean> scheduled) {
    later(
        delay,
        () -> {
          if (!scheduled.isCancelled()) {
            command.run();
            repeat(delay, command, scheduled);
          }
        });
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(command, initialDelay, period, unit);
  }

  @Override
  public void shutdown() {
    ended = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    ended = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return ended;
  }

  @Override
  public boolean isTerminated() {
    return ended;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return ended;
  }

  private static final class Scheduled<V> extends FutureTask<V> implements ScheduledFuture<V> {

    Scheduled(Callable<V> callable) {
      super(callable);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
