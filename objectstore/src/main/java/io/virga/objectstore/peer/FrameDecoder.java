package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.peer.Frame.BodyForm;
import java.nio.charset.StandardCharsets;

/** Frames from bytes; pure functions. */
final class FrameDecoder {

  private static final BodyForm[] FORMS = BodyForm.values();
  private static final byte[] NO_BYTES = {};

  private FrameDecoder() {}

  /**
   * One frame at the reader index, which moves only past a complete one. A body or payload is a
   * retained slice, the receiver's to release.
   */
  static Decoded decode(ByteBuf in, Limits limits) {
    int at = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < Wire.HEAD_BYTES) {
      return new Decoded.NeedMore(Wire.HEAD_BYTES);
    }
    long length = in.getUnsignedInt(at);
    int type = in.getUnsignedByte(at + 4);
    int stream = in.getInt(at + 5);
    int least = leastBytes(type);
    if (least < 0) {
      return new Decoded.Malformed("a frame of type " + type);
    }
    if (length < least || length > mostBytes(type)) {
      return new Decoded.Malformed(
          "%s of %d bytes: expected %d to %d"
              .formatted(name(type), length, least, mostBytes(type)));
    }
    if (stream == 0 ? !isForConnection(type) : !isForStream(type)) {
      return new Decoded.Malformed(name(type) + " on stream " + Integer.toUnsignedString(stream));
    }
    int total = Wire.HEAD_BYTES + (int) length;
    if (readable < total) {
      return new Decoded.NeedMore(total);
    }
    Decoded decoded = payload(type, stream, in, (int) length, limits);
    if (decoded instanceof Decoded.Complete) {
      in.skipBytes(total);
    }
    return decoded;
  }

  private static Decoded payload(int type, int stream, ByteBuf in, int length, Limits limits) {
    int at = in.readerIndex() + Wire.HEAD_BYTES;
    return switch (type) {
      case Wire.HELLO -> hello(in, at, length);
      case Wire.REQUEST -> request(stream, in, at, length);
      case Wire.RESPONSE -> response(stream, in, at, length);
      case Wire.DATA -> complete(new Frame.Data(stream, in.retainedSlice(at, length)));
      case Wire.END -> complete(new Frame.End(stream));
      case Wire.RESET -> {
        String text = text(in, at + Wire.RESET_FIXED_BYTES, length - Wire.RESET_FIXED_BYTES);
        yield complete(new Frame.Reset(stream, in.getUnsignedShort(at), text));
      }
      case Wire.CREDIT -> {
        int bytes = in.getInt(at);
        yield bytes > 0 && bytes <= limits.windowBytes()
            ? complete(new Frame.Credit(stream, bytes))
            : new Decoded.Malformed("a credit of " + Integer.toUnsignedString(bytes) + " bytes");
      }
      case Wire.PING -> complete(new Frame.Ping(in.getLong(at)));
      default -> complete(new Frame.Pong(in.getLong(at)));
    };
  }

  private static Decoded hello(ByteBuf in, int at, int length) {
    if (in.getInt(at) != Wire.MAGIC) {
      return new Decoded.Malformed("not the magic of HELLO");
    }
    int fixed = Wire.HELLO_FIXED_BYTES;
    return complete(
        new Frame.Hello(in.getUnsignedShort(at + 4), text(in, at + fixed, length - fixed)));
  }

  private static Decoded request(int stream, ByteBuf in, int at, int length) {
    int form = in.getUnsignedByte(at + 6);
    long headerBytes = in.getUnsignedInt(at + 7);
    int rest = length - Wire.REQUEST_FIXED_BYTES;
    if (!fits(form, headerBytes, rest, Limits.REQUEST_HEADER_BYTES)) {
      return new Decoded.Malformed(misfit("REQUEST", form, headerBytes, rest));
    }
    int deadlineMillis = in.getInt(at + 2);
    if (deadlineMillis <= 0) {
      return new Decoded.Malformed(
          "a deadline of " + Integer.toUnsignedString(deadlineMillis) + " ms");
    }
    int headerAt = at + Wire.REQUEST_FIXED_BYTES;
    return complete(
        new Frame.Request(
            stream,
            in.getUnsignedShort(at),
            deadlineMillis,
            bytes(in, headerAt, (int) headerBytes),
            FORMS[form],
            whole(in, headerAt + (int) headerBytes, rest - (int) headerBytes)));
  }

  private static Decoded response(int stream, ByteBuf in, int at, int length) {
    int form = in.getUnsignedByte(at + 2);
    long headerBytes = in.getUnsignedInt(at + 3);
    int rest = length - Wire.RESPONSE_FIXED_BYTES;
    if (!fits(form, headerBytes, rest, Limits.RESPONSE_HEADER_BYTES)) {
      return new Decoded.Malformed(misfit("RESPONSE", form, headerBytes, rest));
    }
    int headerAt = at + Wire.RESPONSE_FIXED_BYTES;
    return complete(
        new Frame.Response(
            stream,
            in.getUnsignedShort(at),
            bytes(in, headerAt, (int) headerBytes),
            FORMS[form],
            whole(in, headerAt + (int) headerBytes, rest - (int) headerBytes)));
  }

  private static boolean fits(int form, long headerBytes, int rest, int mostHeaderBytes) {
    if (form >= FORMS.length || headerBytes > mostHeaderBytes || headerBytes > rest) {
      return false;
    }
    long whole = rest - headerBytes;
    return FORMS[form] == BodyForm.WHOLE
        ? whole > 0 && whole <= Limits.WHOLE_BODY_BYTES
        : whole == 0;
  }

  private static String misfit(String name, int form, long headerBytes, int rest) {
    return "%s with a header of %d of %d bytes and body form %d"
        .formatted(name, headerBytes, rest, form);
  }

  private static Decoded complete(Frame frame) {
    return new Decoded.Complete(frame);
  }

  private static byte[] bytes(ByteBuf in, int at, int length) {
    if (length == 0) {
      return NO_BYTES;
    }
    byte[] bytes = new byte[length];
    in.getBytes(at, bytes);
    return bytes;
  }

  private static ByteBuf whole(ByteBuf in, int at, int length) {
    return length == 0 ? Unpooled.EMPTY_BUFFER : in.retainedSlice(at, length);
  }

  private static String text(ByteBuf in, int at, int length) {
    return in.toString(at, length, StandardCharsets.UTF_8);
  }

  private static boolean isForConnection(int type) {
    return type == Wire.HELLO || type == Wire.RESET || type == Wire.PING || type == Wire.PONG;
  }

  private static boolean isForStream(int type) {
    return type == Wire.RESET || !isForConnection(type);
  }

  private static int leastBytes(int type) {
    return switch (type) {
      case Wire.HELLO -> Wire.HELLO_FIXED_BYTES + 1;
      case Wire.REQUEST -> Wire.REQUEST_FIXED_BYTES;
      case Wire.RESPONSE -> Wire.RESPONSE_FIXED_BYTES;
      case Wire.DATA -> 1;
      case Wire.END -> 0;
      case Wire.RESET -> Wire.RESET_FIXED_BYTES;
      case Wire.CREDIT -> 4;
      case Wire.PING, Wire.PONG -> 8;
      default -> -1;
    };
  }

  private static int mostBytes(int type) {
    return switch (type) {
      case Wire.HELLO -> Wire.HELLO_FIXED_BYTES + Limits.NAME_BYTES;
      case Wire.REQUEST ->
          Wire.REQUEST_FIXED_BYTES + Limits.REQUEST_HEADER_BYTES + Limits.WHOLE_BODY_BYTES;
      case Wire.RESPONSE ->
          Wire.RESPONSE_FIXED_BYTES + Limits.RESPONSE_HEADER_BYTES + Limits.WHOLE_BODY_BYTES;
      case Wire.DATA -> Limits.DATA_BYTES;
      case Wire.RESET -> Wire.RESET_FIXED_BYTES + Limits.RESET_TEXT_BYTES;
      default -> leastBytes(type);
    };
  }

  private static String name(int type) {
    return switch (type) {
      case Wire.HELLO -> "HELLO";
      case Wire.REQUEST -> "REQUEST";
      case Wire.RESPONSE -> "RESPONSE";
      case Wire.DATA -> "DATA";
      case Wire.END -> "END";
      case Wire.RESET -> "RESET";
      case Wire.CREDIT -> "CREDIT";
      case Wire.PING -> "PING";
      default -> "PONG";
    };
  }
}
