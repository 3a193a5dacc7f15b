package io.virga.blockstore.iscsi;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Listening;
import io.virga.blockstore.export.Loops;
import java.net.SocketAddress;
import java.security.SecureRandom;

/** Accepts iSCSI connections. */
public final class IscsiServer {

  private final Loops loops;
  private final Targets targets;
  private final Sessions sessions;
  private final SecureRandom random = new SecureRandom();

  /**
   * A server of the targets of the engine's loop.
   *
   * @param budget of all connections to the devices, also those by other protocols
   */
  public IscsiServer(Loops loops, Targets targets, Budget budget) {
    this.loops = loops;
    this.targets = targets;
    this.sessions = new Sessions(targets, Limits.DEFAULT, budget);
  }

  /** Listens until the channel that it answers is closed. Blocks until bound. */
  public Channel listen(Class<? extends ServerChannel> type, SocketAddress address) {
    return Listening.on(loops, type, this::handler)
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
