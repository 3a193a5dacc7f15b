package io.virga.blockstore.nbd;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import java.net.SocketAddress;

/** Accepts NBD connections; all of them run on the loop that owns the exported devices. */
public final class NbdServer {

  private static final int BACKLOG = 512;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(8 << 20, 32 << 20);

  private final EventLoop loop;
  private final ExportTable exports;

  /** A server of the exports on their loop. */
  public NbdServer(EventLoop loop, ExportTable exports) {
    this.loop = loop;
    this.exports = exports;
  }

  /** Listens until the channel that it answers is closed. Blocks until bound. */
  public Channel listen(Class<? extends ServerChannel> type, SocketAddress address) {
    return new ServerBootstrap()
        .group(loop, loop)
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(4 << 10, 64 << 10, 1 << 20))
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new NbdHandler(exports, Limits.DEFAULT));
              }
            })
        .bind(address)
        .syncUninterruptibly()
        .channel();
  }
}
