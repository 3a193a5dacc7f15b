package io.virga.benchmarks.blocksoak;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One connection to an export, of the simplest kind (NBD proto.md: fixed newstyle, NBD_OPT_GO,
 * simple replies). Requests are sent without waiting; their replies come in any order. Used by one
 * thread, which it blocks.
 */
final class NbdClient implements AutoCloseable {

  static final int NO_SPACE = 28;

  private static final long MAGIC = 0x4e42444d41474943L;
  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int REPLY_MAGIC = 0x67446698;
  private static final int NEWSTYLE_NO_ZEROES = 3;
  private static final int OPTION_GO = 7;
  private static final int ACKNOWLEDGED = 1;
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int FLUSH = 3;
  private static final int TRIM = 4;

  private final SocketChannel channel;
  private final ByteBuffer header = ByteBuffer.allocate(64);

  private NbdClient(SocketChannel channel) {
    this.channel = channel;
  }

  static NbdClient connect(Path socket, String export) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    NbdClient client = new NbdClient(channel);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      client.negotiate(export.getBytes(StandardCharsets.UTF_8));
      return client;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void negotiate(byte[] export) throws IOException {
    ByteBuffer hello = read(ByteBuffer.allocate(18));
    if (hello.getLong() != MAGIC || hello.getLong() != OPTION_MAGIC) {
      throw new IOException("no NBD server");
    }
    ByteBuffer go = ByteBuffer.allocate(4 + 8 + 4 + 4 + 4 + export.length + 2);
    go.putInt(NEWSTYLE_NO_ZEROES).putLong(OPTION_MAGIC).putInt(OPTION_GO);
    go.putInt(4 + export.length + 2).putInt(export.length).put(export).putShort((short) 0);
    write(go.flip());
    int type = 0;
    while (type != ACKNOWLEDGED) {
      ByteBuffer reply = read(ByteBuffer.allocate(20));
      if (reply.getLong() != OPTION_REPLY_MAGIC || reply.getInt() != OPTION_GO) {
        throw new IOException("a bad reply to NBD_OPT_GO");
      }
      type = reply.getInt();
      int length = reply.getInt();
      if (type < 0 || length < 0 || length > Stamps.BLOCK) {
        throw new IOException("the export was refused: %x".formatted(type));
      }
      read(ByteBuffer.allocate(length));
    }
  }

  /** Asks for a read; {@link #reply} brings it. */
  void askRead(long cookie, long offset, int length) throws IOException {
    request(READ, cookie, offset, length);
  }

  /** Begins a write of what is in the buffer. */
  void askWrite(long cookie, long offset, ByteBuffer bytes) throws IOException {
    request(WRITE, cookie, offset, bytes.remaining());
    write(bytes);
  }

  void askTrim(long cookie, long offset, int length) throws IOException {
    request(TRIM, cookie, offset, length);
  }

  /** Makes durable what was acknowledged; 0 or the error. Nothing else may be under way. */
  int flush() throws IOException {
    request(FLUSH, 0, 0, 0);
    return reply().error();
  }

  /** Reads; nothing else may be under way. Returns 0 or the error. */
  int read(long offset, ByteBuffer into) throws IOException {
    request(READ, 0, offset, into.remaining());
    int error = reply().error();
    if (error == 0) {
      read(into);
    }
    return error;
  }

  /** The next reply; of a read without an error the bytes follow. */
  Reply reply() throws IOException {
    ByteBuffer in = read(header.clear().limit(16));
    if (in.getInt() != REPLY_MAGIC) {
      throw new IOException("a bad reply");
    }
    return new Reply(in.getInt(), in.getLong());
  }

  private void request(int type, long cookie, long offset, int length) throws IOException {
    header.clear().putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) type);
    write(header.putLong(cookie).putLong(offset).putInt(length).flip());
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer read(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the server has hung up");
      }
    }
    return into.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** How a request ended; 0 is well. */
  record Reply(int error, long cookie) {}
}
