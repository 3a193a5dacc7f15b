package io.virga.blockstore.nbd;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.export.Listening;
import io.virga.blockstore.export.Loops;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Accepts NBD connections. TLS is there for whoever asks for it, and needed where others than this
 * machine's can come in.
 */
public final class NbdServer {

  private final Loops loops;
  private final ExportTable exports;
  private final String host;
  private final TlsEntrance tls;
  private final Budget budget;

  /**
   * A server of the exports of the engine's loop.
   *
   * @param host this one, whose exports are open to who comes without TLS
   * @param tls for those who ask for it
   * @param budget of all connections to the devices, also those by other protocols
   */
  public NbdServer(Loops loops, ExportTable exports, String host, TlsEntrance tls, Budget budget) {
    this.loops = loops;
    this.exports = exports;
    this.host = host;
    this.tls = tls;
    this.budget = budget;
  }

  /**
   * Listens until the channel that it answers is closed. Over TCP nothing is told without TLS,
   * unless the address is the loopback's. Blocks until bound.
   */
  public Channel listen(Class<? extends ServerChannel> type, SocketAddress address) {
    boolean open =
        address instanceof InetSocketAddress tcp
            && (tcp.isUnresolved() || !tcp.getAddress().isLoopbackAddress());
    return listen(type, address, open);
  }

  /** Likewise, where the caller says whether TLS is needed. */
  public Channel listen(
      Class<? extends ServerChannel> type, SocketAddress address, boolean tlsRequired) {
    Door door = new Door(exports, Limits.DEFAULT, budget, host, Optional.of(tls), tlsRequired);
    return Listening.on(loops, type, () -> new NbdHandler(door))
        .bind(address)
        .syncUninterruptibly()
        .channel();
  }
}
