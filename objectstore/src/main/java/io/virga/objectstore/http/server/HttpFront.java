package io.virga.objectstore.http.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.virga.dataplane.transport.Transport;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.HeaderNames;
import io.virga.objectstore.http.RequestObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The listener: hands requests to the first API that they are for, and sends the replies. */
public final class HttpFront implements AutoCloseable {

  static final int MAXIMUM_REQUEST_LINE_BYTES = 16 * 1024;
  static final int MAXIMUM_HEADER_BYTES = 64 * 1024;

  /** What of a reply may wait for the client, plus one buffer of its source's. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 << 10, 256 << 10);

  private static final int BACKLOG = 4096;
  private static final int BIND_SECONDS = 10;
  private static final int CLOSE_SECONDS = 5;

  private final Doors doors;
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Channel listener;

  /**
   * Starts to listen. Blocks until the port is bound.
   *
   * @param tls what to speak TLS with; empty for plain HTTP
   */
  public HttpFront(
      InetSocketAddress listen,
      Optional<SslContext> tls,
      Transport transport,
      List<Door> doors,
      RequestObserver observer) {
    this(listen, tls, transport, new Doors(doors, observer), Patience.DEFAULT);
  }

  HttpFront(
      InetSocketAddress listen,
      Optional<SslContext> tls,
      Transport transport,
      Doors doors,
      Patience patience) {
    this.doors = doors;
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.channels().server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    tls.ifPresent(
                        context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                    channel
                        .pipeline()
                        .addLast(decoder(), new Connection(doors, tls.isPresent(), patience));
                  }
                })
            .bind(listen);
    if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS) || bound.cause() != null) {
      throw new UncheckedIOException(
          new IOException("cannot listen on " + listen + ": " + bound.cause(), bound.cause()));
    }
    this.listener = bound.channel();
  }

  private static HttpRequestDecoder decoder() {
    return new HttpRequestDecoder(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAXIMUM_REQUEST_LINE_BYTES)
            .setMaxHeaderSize(MAXIMUM_HEADER_BYTES)
            .setMaxChunkSize(Integer.MAX_VALUE)
            .setHeadersFactory(
                HeaderNames.factory(DefaultHttpHeadersFactory.headersFactory(), true)));
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** How many requests are being answered. */
  public long active() {
    return doors.active().get();
  }

  /**
   * Takes no new connections and no new requests; waits for those that are being answered, at most
   * five seconds, and resets the connections of those that are not answered then. Not to be called
   * on a loop.
   */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    if (!end(Connection.ENDING)) {
      end(Connection.GIVEN_UP);
    }
  }

  /** Tells all connections, and waits for their ends; false if some go on. */
  private boolean end(Object event) {
    connections.forEach(channel -> channel.pipeline().fireUserEventTriggered(event));
    return connections.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
