package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How bodies that come in pieces are written (RFC 9112 §6). */
final class Framings {

  private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
  private static final ByteBuf CHUNK_END = constant("\r\n");
  private static final int SIZE_LINE_BYTES = 16;
  private static final int LINE_END = '\r' << 8 | '\n';

  private Framings() {}

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /** So many bytes as the head has said. */
  static ReplyBody.Framing ofLength(Connection connection, long length) {
    return new ReplyBody.Framing() {
      private long left = length;

      @Override
      public void piece(ByteBuf bytes) throws IOException {
        left -= bytes.readableBytes();
        if (left < 0) {
          bytes.release();
          throw new IOException("the body is longer than %d bytes".formatted(length));
        }
        connection.write(bytes);
      }

      @Override
      public void end() throws IOException {
        if (left != 0) {
          throw new IOException("the body ends %d bytes before it should".formatted(left));
        }
      }
    };
  }

  static ReplyBody.Framing chunked(Connection connection) {
    return new ReplyBody.Framing() {
      @Override
      public void piece(ByteBuf bytes) {
        int length = bytes.readableBytes();
        boolean copied = length <= ReplySender.COPIED_BYTES;
        ByteBuf out =
            connection.context().alloc().directBuffer(SIZE_LINE_BYTES + (copied ? length : 0));
        ByteBufUtil.writeAscii(out, Integer.toHexString(length));
        out.writeShort(LINE_END);
        if (copied) {
          connection.write(out.writeBytes(bytes).writeShort(LINE_END));
          bytes.release();
        } else {
          connection.write(out);
          connection.write(bytes);
          connection.write(CHUNK_END.duplicate());
        }
      }

      @Override
      public void end() {
        connection.write(LAST_CHUNK.duplicate());
      }
    };
  }

  /** To the end of the connection, for clients that know no chunks. */
  static ReplyBody.Framing toTheEnd(Connection connection) {
    return new ReplyBody.Framing() {
      @Override
      public void piece(ByteBuf bytes) {
        connection.write(bytes);
      }

      @Override
      public void end() {
        // The connection's end is the body's.
      }
    };
  }
}
