package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;

/**
 * A client's first words over TLS (RFC 8446 §4.1.2), behind their header. Only looked at: whatever
 * is wrong with them is for the TLS that takes them to say.
 */
final class ClientHello {

  private static final int VERSION_AND_RANDOM_BYTES = 34;
  private static final int PRE_SHARED_KEY = 41;

  private ClientHello() {}

  /**
   * Whether it offers a key that was shared beforehand: by the extension of TLS 1.3, or by a cipher
   * suite of 1.2 that needs one. (The extension also resumes a session, which clients of NBD keep
   * none of.)
   */
  static boolean offersSharedKey(ByteBuf hello) {
    ByteBuf in = hello.slice();
    if (!skip(in, VERSION_AND_RANDOM_BYTES) || !in.isReadable()) {
      return false;
    }
    if (!skip(in, in.readUnsignedByte()) || in.readableBytes() < 2) {
      return false;
    }
    int suites = in.readUnsignedShort();
    if (suites > in.readableBytes()) {
      return false;
    }
    ByteBuf offered = in.readSlice(suites);
    while (offered.readableBytes() >= 2) {
      if (needsSharedKey(offered.readUnsignedShort())) {
        return true;
      }
    }
    return in.isReadable() && skip(in, in.readUnsignedByte()) && hasExtension(in);
  }

  private static boolean hasExtension(ByteBuf in) {
    if (!skip(in, 2)) {
      return false;
    }
    while (in.readableBytes() >= 4) {
      if (in.readUnsignedShort() == PRE_SHARED_KEY) {
        return true;
      }
      if (!skip(in, in.readUnsignedShort())) {
        return false;
      }
    }
    return false;
  }

  private static boolean skip(ByteBuf in, int length) {
    if (in.readableBytes() < length) {
      return false;
    }
    in.skipBytes(length);
    return true;
  }

  /** The suites of RFC 4279, 5487, 5489, 6209, 6367, 6655, 7905 and 8442 that name PSK. */
  private static boolean needsSharedKey(int suite) {
    return (suite >= 0x008a && suite <= 0x0095)
        || (suite >= 0x00a8 && suite <= 0x00b9)
        || (suite >= 0x002c && suite <= 0x002e)
        || (suite >= 0xc033 && suite <= 0xc03b)
        || (suite >= 0xc064 && suite <= 0xc071)
        || (suite >= 0xc08e && suite <= 0xc09b)
        || (suite >= 0xc0a4 && suite <= 0xc0ab)
        || (suite >= 0xccab && suite <= 0xccae)
        || (suite >= 0xd001 && suite <= 0xd005);
  }
}
