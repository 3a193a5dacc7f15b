package io.virga.blockstore.agent;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection over which a client speaks bytes of its own making. Blocks. */
record RawConnection(SocketChannel channel) implements Closeable {

  static RawConnection to(SocketAddress address) throws IOException {
    return new RawConnection(SocketChannel.open(address));
  }

  /** Sends what remains. */
  void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** So many bytes, to be read from the first on. */
  ByteBuffer receive(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
