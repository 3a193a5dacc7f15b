package io.virga.control.operator.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** Writes the few forms of DER that a certificate is made of (X.690 §8 and §10). */
final class Der {

  private static final byte[] TRUE = {(byte) 0xff};
  private static final int FIRST_GENERALIZED_YEAR = 2050;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] yes() {
    return tagged(0x01, TRUE);
  }

  static byte[] octets(byte[] bytes) {
    return tagged(0x04, bytes);
  }

  /** A string of whole bytes. */
  static byte[] bits(byte[] bytes) {
    return tagged(0x03, new byte[1], bytes);
  }

  /** A named bit list of at most eight, which ends with its last one (X.690 §11.2.2). */
  static byte[] namedBits(int... positions) {
    int value = Arrays.stream(positions).map(position -> 0x80 >> position).sum();
    return tagged(
        0x03, new byte[] {(byte) Integer.numberOfTrailingZeros(value)}, new byte[] {(byte) value});
  }

  /** Such as {@code 2.5.29.15}. */
  static byte[] identifier(String dotted) {
    int[] arcs = Arrays.stream(dotted.split("\\.")).mapToInt(Integer::parseInt).toArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(40 * arcs[0] + arcs[1]);
    for (int arc : Arrays.copyOfRange(arcs, 2, arcs.length)) {
      int groups = Math.max(1, (38 - Integer.numberOfLeadingZeros(arc)) / 7);
      for (int group = groups - 1; group >= 0; group--) {
        out.write((arc >>> (7 * group)) & 0x7f | (group == 0 ? 0 : 0x80));
      }
    }
    return tagged(0x06, out.toByteArray());
  }

  /** To the second (RFC 5280 §4.1.2.5). */
  static byte[] time(Instant instant) {
    boolean near = instant.atOffset(ZoneOffset.UTC).getYear() < FIRST_GENERALIZED_YEAR;
    String text =
        DateTimeFormatter.ofPattern(near ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(instant);
    return tagged(near ? 0x17 : 0x18, ascii(text));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The parts one after another, behind a tag and their length. */
  static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.size() < 0x80) {
      out.write(content.size());
    } else {
      byte[] length = BigInteger.valueOf(content.size()).toByteArray();
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | length.length - from);
      out.write(length, from, length.length - from);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
