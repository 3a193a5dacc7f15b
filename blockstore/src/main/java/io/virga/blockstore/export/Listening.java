package io.virga.blockstore.export;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import java.util.function.Supplier;

/**
 * How all doors listen: handlers run on the loop that owns the exported devices, and connections
 * are read when these ask for it.
 */
public final class Listening {

  private static final int BACKLOG = 512;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(8 << 20, 32 << 20);

  private Listening() {}

  /**
   * Ready to be bound.
   *
   * @param handler one for each connection
   */
  public static ServerBootstrap on(
      Loops loops, Class<? extends ServerChannel> type, Supplier<ChannelHandler> handler) {
    return new ServerBootstrap()
        .group(loops.engine(), loops.sockets())
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(4 << 10, 64 << 10, 1 << 20))
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                loops.join(channel.pipeline(), handler.get());
              }
            });
  }
}
