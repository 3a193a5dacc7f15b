package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The messages of the protocol. A buffer in one belongs to whoever has the frame. */
sealed interface Frame {

  /** What comes after the header of a request or an answer. */
  enum BodyForm {
    NONE,
    /** In DATA frames, up to END. */
    FOLLOWS,
    /** In the same frame, behind the header. */
    WHOLE
  }

  /** Those that belong to a stream, which is 0 in a RESET of the connection only. */
  sealed interface OfStream extends Frame {
    int stream();
  }

  /** The bytes at its end, which may be large; empty for most. */
  default ByteBuf tail() {
    return Unpooled.EMPTY_BUFFER;
  }

  /** Who speaks; the first frame of each side. */
  record Hello(int version, String node) implements Frame {}

  /** Opens a stream. */
  record Request(
      int stream, int opcode, int deadlineMillis, byte[] header, BodyForm form, ByteBuf whole)
      implements OfStream {
    @Override
    public ByteBuf tail() {
      return whole;
    }
  }

  /** The head of the answer; without a body that follows it ends the stream. */
  record Response(int stream, int status, byte[] header, BodyForm form, ByteBuf whole)
      implements OfStream {
    @Override
    public ByteBuf tail() {
      return whole;
    }
  }

  /** A piece of a body, of at least one byte. */
  record Data(int stream, ByteBuf payload) implements OfStream {
    @Override
    public ByteBuf tail() {
      return payload;
    }
  }

  /** A body is complete; that of the answer ends the stream. */
  record End(int stream) implements OfStream {}

  /** The stream is over; with stream 0, the connection. */
  record Reset(int stream, int code, String text) implements OfStream {}

  /** So much more may be sent on the stream. */
  record Credit(int stream, int bytes) implements OfStream {}

  /** Asks for a PONG with the same token. */
  record Ping(long token) implements Frame {}

  /** The answer to PING. */
  record Pong(long token) implements Frame {}
}
