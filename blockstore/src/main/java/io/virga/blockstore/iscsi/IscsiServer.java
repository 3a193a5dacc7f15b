package io.virga.blockstore.iscsi;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Listening;
import java.net.SocketAddress;
import java.security.SecureRandom;

/** Accepts iSCSI connections; all of them run on the loop that owns the exported devices. */
public final class IscsiServer {

  private final EventLoop loop;
  private final Targets targets;
  private final Sessions sessions;
  private final SecureRandom random = new SecureRandom();

  /**
   * A server of the targets on their loop.
   *
   * @param budget of all connections to the devices, also those by other protocols
   */
  public IscsiServer(EventLoop loop, Targets targets, Budget budget) {
    this.loop = loop;
    this.targets = targets;
    this.sessions = new Sessions(targets, Limits.DEFAULT, budget);
  }

  /** Listens until the channel that it answers is closed. Blocks until bound. */
  public Channel listen(Class<? extends ServerChannel> type, SocketAddress address) {
    return Listening.on(loop, type, this::handler)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .bind(address)
        .syncUninterruptibly()
        .channel();
  }

  private IscsiHandler handler() {
    Login login = new Login(targets, Limits.DEFAULT, random);
    return new IscsiHandler(sessions, login, Limits.DEFAULT);
  }
}
