package io.virga.blockstore.iscsi;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** CHAP's arithmetic (RFC 1994 §4.1, RFC 7143 §12.1.3), and its binary values as text. */
final class Chap {

  static final int MD5 = 5;
  static final int SHA_256 = 7;
  static final int MAXIMUM_BYTES = 1024;

  private Chap() {}

  /** The first of the algorithms that we have. */
  static Optional<Integer> choose(String offers) {
    return Arrays.stream(offers.split(",", -1))
        .map(String::strip)
        .filter(offer -> offer.equals("5") || offer.equals("7"))
        .map(Integer::valueOf)
        .findFirst();
  }

  static byte[] response(int algorithm, int identifier, byte[] secret, byte[] challenge) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm == MD5 ? "MD5" : "SHA-256");
      digest.update((byte) identifier);
      digest.update(secret);
      return digest.digest(challenge);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }

  static String text(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /** A large binary value in hexadecimal or base64 (RFC 7143 §6.1). */
  static Optional<byte[]> bytes(String text) {
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        String digits = text.substring(2);
        String even = digits.length() % 2 == 0 ? digits : "0" + digits;
        return bounded(HexFormat.of().parseHex(even));
      }
      if (text.startsWith("0b") || text.startsWith("0B")) {
        return bounded(Base64.getDecoder().decode(text.substring(2)));
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> bounded(byte[] bytes) {
    return Optional.of(bytes).filter(b -> b.length <= MAXIMUM_BYTES);
  }

  /** A number of one byte. */
  static Optional<Integer> identifier(String text) {
    boolean hexadecimal = text.matches("0[xX][0-9a-fA-F]{1,2}");
    if (!hexadecimal && !text.matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    int number =
        hexadecimal ? new BigInteger(text.substring(2), 16).intValue() : Integer.parseInt(text);
    return Optional.of(number).filter(n -> n <= 0xff);
  }
}
