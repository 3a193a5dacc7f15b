package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Text of a login or text PDU: {@code key=value} pairs, each ended by a zero (RFC 7143 §6.1). */
final class KeyValues {

  private static final int MAXIMUM_PAIRS = 256;
  private static final int MAXIMUM_KEY_CHARACTERS = 63;

  private KeyValues() {}

  /** The pairs in their order; empty if the text is none. */
  static Optional<Map<String, String>> decode(ByteBuf text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    int at = text.readerIndex();
    while (at < text.writerIndex()) {
      int zero = text.indexOf(at, text.writerIndex(), (byte) 0);
      int end = zero < 0 ? text.writerIndex() : zero;
      String pair = text.toString(at, end - at, StandardCharsets.UTF_8);
      int equals = pair.indexOf('=');
      boolean right = equals > 0 && equals <= MAXIMUM_KEY_CHARACTERS;
      if (!pair.isEmpty()) {
        if (!right || pairs.size() == MAXIMUM_PAIRS) {
          return Optional.empty();
        }
        if (pairs.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
          return Optional.empty();
        }
      }
      at = end + 1;
    }
    return Optional.of(pairs);
  }

  static void encode(String key, String value, ByteBuf out) {
    ByteBufUtil.writeUtf8(out, key);
    out.writeByte('=');
    ByteBufUtil.writeUtf8(out, value);
    out.writeByte(0);
  }
}
