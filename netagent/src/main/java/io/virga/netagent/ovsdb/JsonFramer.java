package io.virga.netagent.ovsdb;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;

/**
 * Cuts a stream of JSON objects that follow one another without a length (RFC 7047 §4.1). Only the
 * braces are looked at; what is within is for a parser.
 */
public final class JsonFramer {

  private JsonFramer() {}

  /**
   * The next whole object.
   *
   * @param maxBytes a longer object is malformed
   */
  public static Decoded<Octets> decode(ByteBuf in, int maxBytes) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    while (start < end && isBlank(in.getByte(start))) {
      start++;
    }
    if (start == end) {
      return new Decoded.NeedMore<>();
    }
    if (in.getByte(start) != '{') {
      return new Decoded.Malformed<>("expected an object, found byte " + in.getByte(start));
    }
    int close = closingBrace(in, start, Math.min(end, start + maxBytes));
    if (close < 0) {
      return end - start >= maxBytes
          ? new Decoded.Malformed<>("an object of more than " + maxBytes + " bytes")
          : new Decoded.NeedMore<>();
    }
    byte[] object = new byte[close + 1 - start];
    in.getBytes(start, object);
    in.readerIndex(close + 1);
    return new Decoded.Complete<>(Octets.copyOf(object));
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static int closingBrace(ByteBuf in, int start, int end) {
    int depth = 0;
    boolean text = false;
    for (int i = start; i < end; i++) {
      byte b = in.getByte(i);
      if (text) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          text = false;
        }
      } else if (b == '"') {
        text = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
