package io.virga.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One load while it runs. Belongs to the event loop but for its {@link #result}. */
final class LoadRun {

  /** Up to here a body goes out with its head. */
  static final int COPIED_BODY_BYTES = 64 << 10;

  private static final int MOST_FAILED_CONNECTS = 64;
  private static final int MOST_EXTENSIONS = 6;
  private static final int EXTENSION_SECONDS = 5;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Workload workload;
  private final Tally tally = new Tally();
  private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
  private final List<Channel> channels = new ArrayList<>();
  private Optional<LoadResult> measured = Optional.empty();
  private boolean exhausted;
  private int open;
  private int failedConnects;
  private int extensions;

  LoadRun(EventLoop loop, Bootstrap bootstrap, Workload workload) {
    this.loop = loop;
    this.bootstrap = bootstrap.clone().group(loop);
    this.workload = workload;
  }

  /** Completes when the last connection has closed. */
  CompletableFuture<LoadResult> result() {
    return result;
  }

  Tally tally() {
    return tally;
  }

  void start(int connections, LoadPlan plan) {
    loop.execute(
        () -> {
          tally.start();
          for (int i = 0; i < connections; i++) {
            open++;
            connect();
          }
          long warmUpNanos = plan.warmUp().toNanos();
          loop.schedule(this::warm, warmUpNanos, TimeUnit.NANOSECONDS);
          long endNanos = warmUpNanos + plan.duration().toNanos();
          loop.schedule(this::timeIsUp, endNanos, TimeUnit.NANOSECONDS);
          loop.schedule(this::abandon, endNanos + plan.patience().toNanos(), TimeUnit.NANOSECONDS);
        });
  }

  /** The next request; nothing once this load is at its end. */
  Optional<Workload.Request> next() {
    if (measured.isPresent() || exhausted) {
      return Optional.empty();
    }
    Optional<Workload.Request> next = workload.next();
    exhausted = next.isEmpty();
    return next;
  }

  /** A connection has ended: opened again if there is still something to ask. */
  void closed() {
    if (measured.isEmpty() && !exhausted) {
      connect();
      return;
    }
    open--;
    if (open == 0) {
      measured();
      measured.map(r -> r.withAnswered(tally.answered())).ifPresent(result::complete);
    }
  }

  private void connect() {
    ChannelFuture connecting = bootstrap.handler(new LoadConnection(this)).connect();
    channels.removeIf(channel -> !channel.isOpen());
    channels.add(connecting.channel());
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            tally.failed("cannot connect: " + done.cause());
            failedConnects++;
            if (failedConnects > MOST_FAILED_CONNECTS) {
              exhausted = true;
            }
            loop.schedule(this::closed, 20, TimeUnit.MILLISECONDS);
          }
        });
  }

  private void warm() {
    if (measured.isEmpty() && !exhausted) {
      tally.start();
    }
  }

  /** Something so slow that nothing was answered yet gets more time: a rate of zero says little. */
  private void timeIsUp() {
    if (tally.isEmpty() && !exhausted && extensions < MOST_EXTENSIONS) {
      extensions++;
      loop.schedule(this::timeIsUp, EXTENSION_SECONDS, TimeUnit.SECONDS);
    } else {
      measured();
    }
  }

  private void measured() {
    if (measured.isEmpty()) {
      measured = Optional.of(tally.result());
    }
  }

  /** Answers that never come must not hold the benchmark up. */
  private void abandon() {
    channels.forEach(Channel::close);
  }
}
