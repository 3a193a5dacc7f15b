package io.virga.objectstore.peer;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls peers: one connection for each event loop and peer, made when it is first wanted, and kept.
 * A call to a peer that could not be reached fails at once until it can be.
 */
public final class PeerClient implements PeerLink, AutoCloseable {

  /** After this a reply whose body has no subscriber is given up. */
  public static final Duration UNCLAIMED_LIMIT = Duration.ofSeconds(30);

  private static final int CLOSE_SECONDS = 5;

  private final List<LoopPeers> loops;
  private final AtomicInteger turn = new AtomicInteger();

  private PeerClient(List<LoopPeers> loops) {
    this.loops = loops;
  }

  /** A client on the loops of the transport, which must outlive it. */
  public static PeerClient open(Transport transport, PeerSecurity security) {
    return open(transport, security, Limits.DEFAULT);
  }

  static PeerClient open(Transport transport, PeerSecurity security, Limits limits) {
    Dialer dialer = new Dialer(transport.channels().client(), security, limits);
    List<LoopPeers> loops = new ArrayList<>();
    for (EventExecutor executor : transport.loops()) {
      loops.add(new LoopPeers((EventLoop) executor, dialer));
    }
    return new PeerClient(List.copyOf(loops));
  }

  @Override
  public Started start(HostPort peer, PeerRequest request, Listener listener) {
    LoopPeers own = own();
    ClientCall call = new ClientCall(peer, request, listener, own.loop());
    if (own.loop().inEventLoop()) {
      own.start(call);
    } else {
      try {
        own.loop().execute(() -> own.start(call));
      } catch (RejectedExecutionException e) {
        call.fail(new PeerFailure.Unreachable(peer, "this client is closed"));
      }
    }
    return call;
  }

  private LoopPeers own() {
    for (LoopPeers peers : loops) {
      if (peers.loop().inEventLoop()) {
        return peers;
      }
    }
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** How the connections are, one for each loop and peer in use. Any thread. */
  public List<PeerStatus> status() {
    return loops.stream().flatMap(peers -> peers.status().stream()).toList();
  }

  /** Fails what is going on and closes the connections. Not to be called on a loop. */
  @Override
  public void close() {
    for (LoopPeers peers : loops) {
      peers.loop().submit(peers::close).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
