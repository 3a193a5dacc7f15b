package io.virga.objectstore.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.virga.dataplane.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for peers. */
public final class PeerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
  private static final int BACKLOG = 512;
  private static final int MOST_CONNECTIONS = 4096;
  private static final int CLOSE_SECONDS = 5;

  private final Channel listener;
  private final ChannelGroup connections;
  private final LongAdder calls;

  private PeerServer(Channel listener, ChannelGroup connections, LongAdder calls) {
    this.listener = listener;
    this.connections = connections;
    this.calls = calls;
  }

  /**
   * Listens on the loops of the transport, which must outlive it. Blocks until bound.
   *
   * @param address port 0 lets the system choose
   */
  public static PeerServer listen(
      InetSocketAddress address, PeerSecurity security, Transport transport, PeerService service) {
    return listen(address, security, transport, service, Limits.DEFAULT);
  }

  static PeerServer listen(
      InetSocketAddress address,
      PeerSecurity security,
      Transport transport,
      PeerService service,
      Limits limits) {
    LongAdder calls = new LongAdder();
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    Channel listener =
        new ServerBootstrap()
            .group(transport.loops(), transport.loops())
            .channel(transport.channels().server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    4 << 10, Dialer.RECEIVE_BYTES, Dialer.MOST_RECEIVE_BYTES))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Dialer.WATER_MARK)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (connections.size() >= MOST_CONNECTIONS) {
                      LOG.warn("refused {}: too many connections", channel.remoteAddress());
                      channel.close();
                      return;
                    }
                    connections.add(channel);
                    security.secureServer(channel);
                    channel.pipeline().addLast(new ServerHandler(security, limits, service, calls));
                  }
                })
            .bind(address)
            .syncUninterruptibly()
            .channel();
    return new PeerServer(listener, connections, calls);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** How many calls are being worked on. Any thread. */
  public long calls() {
    return calls.sum();
  }

  /** How many connections there are. Any thread. */
  public int connections() {
    return connections.size();
  }

  /** Closes the listener and all connections; calls fail. Not to be called on a loop. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
