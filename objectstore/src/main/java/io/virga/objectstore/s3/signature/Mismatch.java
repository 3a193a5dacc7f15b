package io.virga.objectstore.s3.signature;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What tells a client why its signature is not the one that was calculated; holds no secret. */
final class Mismatch {

  private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

  private Mismatch() {}

  static Map<String, String> details(String accessKey, String toSign, String given) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("AWSAccessKeyId", accessKey);
    details.put("StringToSign", toSign);
    details.put("SignatureProvided", given);
    details.put("StringToSignBytes", bytes(toSign));
    return details;
  }

  /** The same of version 4, where a request is signed by its canonical form. */
  static Map<String, String> details(
      String accessKey, String toSign, String given, String canonical) {
    Map<String, String> details = details(accessKey, toSign, given);
    details.put("CanonicalRequest", canonical);
    details.put("CanonicalRequestBytes", bytes(canonical));
    return details;
  }

  private static String bytes(String text) {
    return BYTES.formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
