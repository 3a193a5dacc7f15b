package io.virga.control.operator.supervise;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A foreign program is up once it accepts a connection on its unix socket. */
public final class SocketProbe implements Probe {

  private final Path socket;

  public SocketProbe(Path socket) {
    this.socket = socket;
  }

  @Override
  public Health check() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket))
          ? Health.up()
          : Health.down("does not answer yet");
    } catch (IOException e) {
      return Health.down("does not answer yet");
    }
  }
}
