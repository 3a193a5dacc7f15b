package io.virga.objectstore.peer;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.configuration.HostPort;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop, and the clock by which they go. All on the loop but status.
 */
final class LoopPeers {

  /** How exactly deadlines are kept. */
  static final int TICK_MILLIS = 50;

  private final EventLoop loop;
  private final Dialer dialer;
  private final Map<HostPort, PeerConnector> connectors = new ConcurrentHashMap<>();
  private final Future<?> ticks;
  private boolean closed;

  LoopPeers(EventLoop loop, Dialer dialer) {
    this.loop = loop;
    this.dialer = dialer;
    this.ticks =
        loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  void start(ClientCall call) {
    if (call.isOver()) {
      return;
    }
    if (closed) {
      call.fail(new PeerFailure.Unreachable(call.peer(), "this client is closed"));
      return;
    }
    connectors
        .computeIfAbsent(call.peer(), peer -> new PeerConnector(peer, loop, dialer))
        .start(call);
  }

  List<PeerStatus> status() {
    return connectors.values().stream().map(PeerConnector::status).toList();
  }

  private void tick() {
    long nowNanos = System.nanoTime();
    connectors.values().removeIf(connector -> connector.tick(nowNanos));
  }

  void close() {
    closed = true;
    ticks.cancel(false);
    connectors.values().forEach(PeerConnector::close);
    connectors.clear();
  }
}
