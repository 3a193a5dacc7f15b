package io.virga.objectstore.http;

import java.nio.charset.StandardCharsets;

/**
 * Header values as text. On the wire they are bytes; Netty shows each as a character, and what
 * clients mean is UTF-8.
 */
public final class HeaderText {

  private HeaderText() {}

  /** What a client meant by a value. */
  public static String decode(String wire) {
    boolean ascii = wire.chars().allMatch(c -> c < 0x80);
    return ascii
        ? wire
        : new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** A value that can be sent: UTF-8 bytes as characters, and no line ends or other controls. */
  public static String safe(String text) {
    boolean plain = text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
    if (plain) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      int c = b & 0xFF;
      if ((c >= 0x20 && c != 0x7F) || c == '\t') {
        out.append((char) c);
      }
    }
    return out.toString();
  }
}
