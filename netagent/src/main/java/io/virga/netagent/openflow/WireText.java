package io.virga.netagent.openflow;

import io.virga.netagent.octets.Octets;
import java.nio.ByteBuffer;

/** Puts the header that a decoder has read back in front of a body that is kept as it came. */
final class WireText {

  private static final int HEADER_BYTES = 4;

  private WireText() {}

  /** Type and length, 16 bits each, then the body. */
  static Octets withHeader(int type, Octets body) {
    ByteBuffer whole = ByteBuffer.allocate(HEADER_BYTES + body.length());
    whole.putShort((short) type);
    whole.putShort((short) whole.capacity());
    whole.put(body.toByteArray());
    return Octets.copyOf(whole.array());
  }
}
