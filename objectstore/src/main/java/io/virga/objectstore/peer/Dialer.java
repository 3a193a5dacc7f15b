package io.virga.objectstore.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NetUtil;
import io.virga.dataplane.configuration.HostPort;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Makes connections to peers. Thread-safe. */
final class Dialer {

  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);
  static final int RECEIVE_BYTES = 64 << 10;
  static final int MOST_RECEIVE_BYTES = 256 << 10;

  private final Class<? extends SocketChannel> type;
  private final PeerSecurity security;
  private final Limits limits;

  Dialer(Class<? extends SocketChannel> type, PeerSecurity security, Limits limits) {
    this.type = type;
    this.security = security;
    this.limits = limits;
  }

  Limits limits() {
    return limits;
  }

  ClientHandler handler(HostPort peer, ClientHandler.Owner owner) {
    return new ClientHandler(security, limits, peer, owner);
  }

  /**
   * Begins to connect; what becomes of it is heard from the handler, but for the connecting itself:
   * the future is given to {@code connecting} on the loop. A name is looked up off the loop.
   */
  void dial(
      HostPort peer, EventLoop loop, ClientHandler handler, Consumer<ChannelFuture> connecting) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(type)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, PeerConnector.HELLO_LIMIT_MILLIS)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(4 << 10, RECEIVE_BYTES, MOST_RECEIVE_BYTES))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    security.secureClient(channel, peer);
                    channel.pipeline().addLast(handler);
                  }
                });
    if (NetUtil.isValidIpV4Address(peer.host()) || NetUtil.isValidIpV6Address(peer.host())) {
      connecting.accept(bootstrap.connect(peer.resolve()));
    } else {
      Thread.ofVirtual()
          .name("resolve-" + peer.host())
          .start(
              () -> {
                InetSocketAddress address = peer.resolve();
                loop.execute(() -> connecting.accept(bootstrap.connect(address)));
              });
    }
  }
}
