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
    return isWithin(wire, 0, 0x7F)
        ? wire
        : new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Plain loops: this is asked of every header of every reply. */
  private static boolean isWithin(String text, int least, int greatest) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < least || c > greatest) {
        return false;
      }
    }
    return true;
  }

  /** A value that can be sent: UTF-8 bytes as characters, and no line ends or other controls. */
  public static String safe(String text) {
    if (isWithin(text, 0x20, 0x7E)) {
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
