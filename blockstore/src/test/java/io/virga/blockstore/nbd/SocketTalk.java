package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A client that waits for each answer, on a real connection, with simple replies. */
final class SocketTalk implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;
  private long cookie;

  SocketTalk(int port, String export) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new DataInputStream(socket.getInputStream());
    in.skipNBytes(18);
    send(Unpooled.buffer().writeInt(Wire.FLAG_FIXED_NEWSTYLE | Wire.FLAG_NO_ZEROES));
    send(Talk.option(Wire.OPT_GO, Talk.name(export)));
    int type;
    do {
      in.skipNBytes(12);
      type = in.readInt();
      in.skipNBytes(in.readInt());
    } while (type != Wire.REP_ACK);
  }

  private void send(ByteBuf bytes) throws IOException {
    socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
  }

  /** The error of an operation without data. */
  int run(int type, long offset, ByteBuf payload) throws IOException {
    int length = payload.readableBytes();
    send(Talk.request(0, type, ++cookie, offset, length).writeBytes(payload));
    return reply();
  }

  /** What is there. */
  byte[] read(long offset, int length) throws IOException {
    send(Talk.request(0, Wire.CMD_READ, ++cookie, offset, length));
    int error = reply();
    if (error != 0) {
      throw new IOException("error " + error);
    }
    return in.readNBytes(length);
  }

  private int reply() throws IOException {
    int magic = in.readInt();
    int error = in.readInt();
    if (magic != Wire.SIMPLE_REPLY_MAGIC || in.readLong() != cookie) {
      throw new IOException("not the reply to the request");
    }
    return error;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
