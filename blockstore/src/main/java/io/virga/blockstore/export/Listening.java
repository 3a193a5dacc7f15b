package io.virga.blockstore.export;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import java.util.function.Supplier;

/**
 * How all doors listen: connections run on the loop that owns the exported devices, and are read
 * when their handlers ask for it.
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
      EventLoop loop, Class<? extends ServerChannel> type, Supplier<ChannelHandler> handler) {
    return new ServerBootstrap()
        .group(loop, loop)
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
                channel.pipeline().addLast(handler.get());
              }
            });
  }
}
