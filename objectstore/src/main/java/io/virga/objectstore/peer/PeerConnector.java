package io.virga.objectstore.peer;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.retry.Backoff;
import io.virga.objectstore.peer.PeerStatus.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from one event loop to one peer. On the loop, but for {@link #status}.
 *
 * <pre>
 * IDLE        a call → CONNECTING; the call waits
 * CONNECTING  HELLO → UP, what waits is sent; a failure, or 2 s → DOWN, what waits fails
 * UP          lost → IDLE
 * DOWN        calls fail at once; after a time that doubles up to 5 s it is tried again
 *             HELLO → UP; not used for 10 min → forgotten
 * </pre>
 */
final class PeerConnector implements ClientHandler.Owner {

  /** For the connection, TLS and HELLO together. */
  static final int HELLO_LIMIT_MILLIS = 2000;

  private static final Logger LOG = LoggerFactory.getLogger(PeerConnector.class);
  private static final Duration LEAST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MOST_BACKOFF = Duration.ofSeconds(5);
  private static final int UNUSED_TICKS = 600_000 / LoopPeers.TICK_MILLIS;

  private final HostPort peer;
  private final EventLoop loop;
  private final Dialer dialer;
  private final ArrayDeque<ClientCall> waiting = new ArrayDeque<>();
  private final Backoff backoff;
  private @Nullable ClientHandler current;
  private @Nullable ChannelFuture connecting;
  private @Nullable Future<?> timer;
  private volatile PeerStatus status;
  private int unusedTicks;

  PeerConnector(HostPort peer, EventLoop loop, Dialer dialer) {
    this.peer = peer;
    this.loop = loop;
    this.dialer = dialer;
    this.status = new PeerStatus(peer, State.IDLE, Optional.empty());
    this.backoff = new Backoff(LEAST_BACKOFF, MOST_BACKOFF, ThreadLocalRandom.current());
  }

  PeerStatus status() {
    return status;
  }

  void start(ClientCall call) {
    unusedTicks = 0;
    ClientHandler connection = current;
    switch (status.state()) {
      case UP -> {
        if (connection != null) {
          connection.start(call);
        }
      }
      case DOWN ->
          call.fail(new PeerFailure.Unreachable(peer, status.failure().orElse("it is down")));
      case IDLE -> {
        waiting.add(call);
        connect(State.CONNECTING);
      }
      case CONNECTING -> {
        if (waiting.size() < dialer.limits().streams()) {
          waiting.add(call);
        } else {
          call.fail(new PeerFailure.Busy(peer, "too many calls wait for the connection"));
        }
      }
    }
  }

  private void become(State state, Optional<String> failure) {
    status = new PeerStatus(peer, state, failure.or(() -> status.failure()));
  }

  private void connect(State state) {
    become(state, Optional.empty());
    ClientHandler handler = dialer.handler(peer, this);
    current = handler;
    timer =
        loop.schedule(
            () -> down(handler, "no HELLO within " + HELLO_LIMIT_MILLIS + " ms"),
            HELLO_LIMIT_MILLIS,
            TimeUnit.MILLISECONDS);
    dialer.dial(peer, loop, handler, future -> dialed(handler, future));
  }

  private void dialed(ClientHandler handler, ChannelFuture future) {
    if (current != handler) {
      future.channel().close();
      return;
    }
    connecting = future;
    future.addListener(
        done -> {
          if (!done.isSuccess()) {
            down(handler, String.valueOf(done.cause().getMessage()));
          }
        });
  }

  @Override
  public void up(ClientHandler connection) {
    if (current != connection) {
      return;
    }
    cancelTimer();
    backoff.reset();
    become(State.UP, Optional.empty());
    LOG.debug("connected with {}", peer);
    while (!waiting.isEmpty()) {
      ClientCall call = waiting.remove();
      if (!call.isOver()) {
        connection.start(call);
      }
    }
  }

  @Override
  public void down(ClientHandler connection, String reason) {
    if (current != connection) {
      return;
    }
    boolean wasUp = status.state() == State.UP;
    LOG.info("no connection with {}: {}", peer, reason);
    hangUp();
    become(wasUp ? State.IDLE : State.DOWN, Optional.of(reason));
    if (!wasUp) {
      timer =
          loop.schedule(
              () -> connect(State.DOWN), backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    }
    failWaiting(reason);
  }

  private void hangUp() {
    cancelTimer();
    current = null;
    ChannelFuture made = connecting;
    connecting = null;
    if (made != null) {
      made.channel().close();
    }
  }

  private void failWaiting(String reason) {
    while (!waiting.isEmpty()) {
      waiting.remove().fail(new PeerFailure.Unreachable(peer, reason));
    }
  }

  private void cancelTimer() {
    Future<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  /** Whether it is to be forgotten. */
  boolean tick(long nowNanos) {
    ClientHandler connection = current;
    if (connection != null) {
      connection.tick(nowNanos);
    }
    for (ClientCall call : waiting) {
      if (!call.isOver()) {
        call.checkDeadline(nowNanos);
      }
    }
    boolean used = !waiting.isEmpty() || (connection != null && connection.callCount() > 0);
    unusedTicks = used ? 0 : unusedTicks + 1;
    if (unusedTicks < UNUSED_TICKS) {
      return false;
    }
    close();
    return true;
  }

  void close() {
    ClientHandler connection = current;
    hangUp();
    become(State.DOWN, Optional.of("closed"));
    if (connection != null) {
      connection.close("this client is closed");
    }
    failWaiting("this client is closed");
  }
}
