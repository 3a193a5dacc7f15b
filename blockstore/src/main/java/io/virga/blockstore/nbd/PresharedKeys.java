package io.virga.blockstore.nbd;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Keys that are shared with clients, by their names, as GnuTLS's {@code psktool} writes them: lines
 * of {@code name:hexadecimal}. A client's name is that of the host whose exports are open to it.
 */
public final class PresharedKeys {

  private static final int LEAST_BYTES = 16;
  private static final int MOST_BYTES = 64;
  private static final int LONGEST_NAME = 255;

  private final Map<String, byte[]> keys;

  private PresharedKeys(Map<String, byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Reads lines; those that are blank or begin with {@code #} are none.
   *
   * @throws IllegalArgumentException saying which line is wrong, without telling what is in it
   */
  public static PresharedKeys parse(String text) {
    Map<String, byte[]> keys = new HashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      int colon = entry.indexOf(':');
      check(colon > 0 && colon <= LONGEST_NAME, number);
      byte[] former = keys.put(entry.substring(0, colon), key(entry.substring(colon + 1), number));
      if (former != null) {
        throw new IllegalArgumentException("line " + number + " names a client again");
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("expected at least one line of name:hexadecimal");
    }
    return new PresharedKeys(keys);
  }

  private static byte[] key(String hexadecimal, int line) {
    boolean isHexadecimal = hexadecimal.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    int bytes = hexadecimal.length() / 2;
    check(
        isHexadecimal
            && hexadecimal.length() % 2 == 0
            && bytes >= LEAST_BYTES
            && bytes <= MOST_BYTES,
        line);
    return HexFormat.of().parseHex(hexadecimal);
  }

  private static void check(boolean good, int line) {
    if (!good) {
      throw new IllegalArgumentException(
          "line %d: expected name:hexadecimal, with a key of %d to %d bytes"
              .formatted(line, LEAST_BYTES, MOST_BYTES));
    }
  }

  /** The key of a client, by the identity that it claims. */
  Optional<byte[]> find(byte[] identity) {
    return Optional.ofNullable(keys.get(new String(identity, StandardCharsets.UTF_8)))
        .map(byte[]::clone);
  }
}
