package io.virga.netagent.packet;

import java.util.Optional;

/**
 * An Ethernet address.
 *
 * @param bits the low 48 bits
 */
public record MacAddress(long bits) {

  public static final MacAddress BROADCAST = new MacAddress(0xffffffffffffL);

  /** From six hexadecimal numbers with colons; empty if the text is anything else. */
  public static Optional<MacAddress> parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 6) {
      return Optional.empty();
    }
    long bits = 0;
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 2) {
        return Optional.empty();
      }
      for (int i = 0; i < part.length(); i++) {
        if (Character.digit(part.charAt(i), 16) < 0) {
          return Optional.empty();
        }
      }
      bits = bits << 8 | Integer.parseInt(part, 16);
    }
    return Optional.of(new MacAddress(bits));
  }

  /** Whether it is of many. */
  boolean isGroup() {
    return (bits >> 40 & 1) != 0;
  }

  @Override
  public String toString() {
    return "%02x:%02x:%02x:%02x:%02x:%02x"
        .formatted(
            bits >> 40 & 0xff,
            bits >> 32 & 0xff,
            bits >> 24 & 0xff,
            bits >> 16 & 0xff,
            bits >> 8 & 0xff,
            bits & 0xff);
  }
}
