package io.virga.netagent.packet;

import java.util.Optional;

/**
 * An Ethernet address.
 *
 * @param bits the low 48 bits
 */
public record MacAddress(long bits) {

  public static final MacAddress BROADCAST = new MacAddress(0xffffffffffffL);

  private static final int PARTS = 6;

  /** From six hexadecimal numbers with colons; empty if the text is anything else. */
  public static Optional<MacAddress> parse(String text) {
    long bits = 0;
    int from = 0;
    for (int part = 0; part < PARTS; part++) {
      int to = part < PARTS - 1 ? text.indexOf(':', from) : text.length();
      int number = Digits.number(text, from, to, 16, 2);
      if (number < 0) {
        return Optional.empty();
      }
      bits = bits << 8 | number;
      from = to + 1;
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
