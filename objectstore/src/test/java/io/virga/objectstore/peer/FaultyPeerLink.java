package io.virga.objectstore.peer;

import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.configuration.HostPort;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A link with faults, set for each peer and changed at any time. */
public final class FaultyPeerLink implements PeerLink {

  /** What befalls calls that begin while it is set. */
  public sealed interface Fault {

    /** Nothing is sent, and the caller hears so at once. */
    record Cut() implements Fault {}

    /** Nothing is sent, and the caller hears of it when its deadline is over. */
    record DropRequest() implements Fault {}

    /** The peer does what it is asked; the caller hears nothing until its deadline is over. */
    record DropReply() implements Fault {}

    /** The request is sent so much later. */
    record Delay(Duration time) implements Fault {}
  }

  private final PeerLink link;
  private final EventExecutor timer;
  private final Map<HostPort, Fault> faults = new ConcurrentHashMap<>();

  /** Of a link, with a loop for delays. */
  public FaultyPeerLink(PeerLink link, EventExecutor timer) {
    this.link = link;
    this.timer = timer;
  }

  public void set(HostPort peer, Fault fault) {
    faults.put(peer, fault);
  }

  public void heal(HostPort peer) {
    faults.remove(peer);
  }

  @Override
  public Started start(HostPort peer, PeerRequest request, Listener listener) {
    Fault fault = faults.get(peer);
    return switch (fault) {
      case null -> link.start(peer, request, listener);
      case Fault.Cut cut -> {
        request.body().discard();
        listener.failed(new PeerFailure.Unreachable(peer, "cut by the test"));
        yield () -> {};
      }
      case Fault.DropRequest drop -> {
        request.body().discard();
        yield failLater(peer, request.deadline(), listener);
      }
      case Fault.DropReply drop -> {
        link.start(peer, request, new Deaf());
        yield failLater(peer, request.deadline(), listener);
      }
      case Fault.Delay(Duration time) -> {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicReference<Started> late = new AtomicReference<>();
        timer.schedule(
            () -> {
              if (cancelled.get()) {
                request.body().discard();
                return;
              }
              Started started = link.start(peer, request, listener);
              late.set(started);
              if (cancelled.get()) {
                started.cancel();
              }
            },
            time.toMillis(),
            TimeUnit.MILLISECONDS);
        yield () -> {
          cancelled.set(true);
          Started started = late.get();
          if (started != null) {
            started.cancel();
          }
        };
      }
    };
  }

  private Started failLater(HostPort peer, Duration after, Listener listener) {
    long millis = after.toMillis();
    var failing =
        timer.schedule(
            () -> listener.failed(new PeerFailure.DeadlineExceeded(peer.toString(), millis)),
            millis,
            TimeUnit.MILLISECONDS);
    return () -> failing.cancel(false);
  }

  /** Drops what it hears. */
  private static final class Deaf implements Listener {
    @Override
    public void replied(Reply reply) {
      reply.discard();
    }

    @Override
    public void failed(PeerFailure failure) {
      // Nobody is told.
    }
  }
}
