package io.virga.blockstore.iscsi;

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
import java.security.SecureRandom;

/** Accepts iSCSI connections; all of them run on the loop that owns the exported devices. */
public final class IscsiServer {

  private static final int BACKLOG = 512;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(8 << 20, 32 << 20);

  private final EventLoop loop;
  private final Targets targets;
  private final ChapAccounts accounts;
  private final Sessions sessions;
  private final SecureRandom random = new SecureRandom();

  /** A server of the targets on their loop. */
  public IscsiServer(EventLoop loop, Targets targets, ChapAccounts accounts) {
    this.loop = loop;
    this.targets = targets;
    this.accounts = accounts;
    this.sessions = new Sessions(targets, Limits.DEFAULT);
  }

  /** Listens until the channel that it answers is closed. Blocks until bound. */
  public Channel listen(Class<? extends ServerChannel> type, SocketAddress address) {
    return new ServerBootstrap()
        .group(loop, loop)
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
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
                Login login = new Login(targets::find, accounts, Limits.DEFAULT, random);
                channel.pipeline().addLast(new IscsiHandler(sessions, login, Limits.DEFAULT));
              }
            })
        .bind(address)
        .syncUninterruptibly()
        .channel();
  }
}
