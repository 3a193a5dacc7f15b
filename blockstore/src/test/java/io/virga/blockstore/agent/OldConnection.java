package io.virga.blockstore.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A small NBD client that does what it likes with its connection. Blocks. */
final class OldConnection implements Closeable {

  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final int OPTION_EXPORT_NAME = 1;
  private static final int OPTION_LIST = 3;
  private static final int OPTION_GO = 7;
  private static final int REPLY_ACK = 1;
  private static final int REPLY_SERVER = 2;
  private static final int REPLY_INFO = 3;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int COMMAND_WRITE = 1;
  private static final int COMMAND_FLUSH = 3;

  private final RawConnection raw;

  private OldConnection(RawConnection raw) {
    this.raw = raw;
  }

  /** Connects, and says that it speaks the fixed newstyle without zeroes. */
  static OldConnection to(SocketAddress address) throws IOException {
    OldConnection connection = new OldConnection(RawConnection.to(address));
    connection.raw.receive(18);
    connection.send(ByteBuffer.allocate(4).putInt(3));
    return connection;
  }

  /** Asks for the export by GO; answers 0, or the error that it was refused with. */
  int go(String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = ByteBuffer.allocate(4 + bytes.length + 2);
    option(OPTION_GO, data.putInt(bytes.length).put(bytes).putShort((short) 0));
    int type = reply();
    while (type == REPLY_INFO) {
      type = reply();
    }
    return type == REPLY_ACK ? 0 : type;
  }

  /** Asks for the export in the old way; answers whether it got it. */
  boolean exportName(String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    option(OPTION_EXPORT_NAME, ByteBuffer.allocate(bytes.length).put(bytes));
    return isAnswered(10);
  }

  /** How many exports it is told of. */
  int list() throws IOException {
    option(OPTION_LIST, ByteBuffer.allocate(0));
    int count = 0;
    for (int type = reply(); type == REPLY_SERVER; type = reply()) {
      count++;
    }
    return count;
  }

  /** Sends a write of a block, and does not wait. */
  void sendWrite(long offset, byte value) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(28 + 4096);
    request.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) COMMAND_WRITE);
    request.putLong(1).putLong(offset).putInt(4096);
    while (request.hasRemaining()) {
      request.put(value);
    }
    send(request);
  }

  /** Sends a flush and waits until it is answered, whatever else is. */
  void flush() throws IOException {
    ByteBuffer request = ByteBuffer.allocate(28);
    request.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) COMMAND_FLUSH);
    send(request.putLong(2).putLong(0).putInt(0));
    error();
  }

  /** The error of the reply that comes next; the end of the connection is an exception. */
  int error() throws IOException {
    ByteBuffer reply = raw.receive(16);
    return reply.getInt(4);
  }

  /** Whether the server is still there and says that the write was done. */
  boolean writes(long offset, byte value) {
    try {
      sendWrite(offset, value);
      return error() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isAnswered(int length) {
    try {
      raw.receive(length);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void option(int option, ByteBuffer data) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(16 + data.capacity());
    send(out.putLong(OPTION_MAGIC).putInt(option).putInt(data.capacity()).put(data.flip()));
  }

  private int reply() throws IOException {
    ByteBuffer header = raw.receive(20);
    raw.receive(header.getInt(16));
    return header.getInt(12);
  }

  private void send(ByteBuffer bytes) throws IOException {
    raw.send(bytes.flip());
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
