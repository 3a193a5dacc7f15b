package io.virga.dataplane.file;

import io.netty.channel.unix.UnixChannel;

/**
 * Bytes of files on their way to a socket without a copy ({@code sendfile(2)}), as many as the
 * socket takes at once: it is kept from waiting until this is closed. On the channel's loop, while
 * nothing waits to be written to the channel.
 */
public final class SocketBurst implements AutoCloseable {

  private static final int O_NONBLOCK = 0x800;

  private final int socket;
  private final int flags;

  private SocketBurst(int socket, int flags) {
    this.socket = socket;
    this.flags = flags;
  }

  /** Begins; a socket that cannot be prepared takes nothing. */
  public static SocketBurst to(UnixChannel channel) {
    int socket = channel.fd().intValue();
    int flags = Libc.flags(socket);
    boolean waits = flags >= 0 && (flags & O_NONBLOCK) == 0;
    if (waits && Libc.setFlags(socket, flags | O_NONBLOCK) < 0) {
      return new SocketBurst(socket, -1);
    }
    return new SocketBurst(socket, flags);
  }

  /**
   * Sends bytes of a file, which are in the page cache: this would wait for a disk.
   *
   * @return how many the socket took; 0 also after an error, which whoever writes next is told
   */
  int send(int file, long offset, int length) {
    return flags < 0 ? 0 : (int) Math.max(0, Libc.sendFile(socket, file, offset, length));
  }

  @Override
  public void close() {
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) {
      Libc.setFlags(socket, flags);
    }
  }
}
