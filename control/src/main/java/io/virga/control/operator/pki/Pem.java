package io.virga.control.operator.pki;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** RFC 7468 text. */
final class Pem {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  static String of(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(der), label);
  }

  /** The bytes of the first block. */
  static byte[] first(String pem) {
    String body = pem.replaceFirst("(?s).*?-----BEGIN [^-]+-----", "");
    return Base64.getMimeDecoder().decode(body.replaceFirst("(?s)-----END .*", ""));
  }
}
