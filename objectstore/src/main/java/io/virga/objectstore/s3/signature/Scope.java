package io.virga.objectstore.s3.signature;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The credential scope: {@code access key/date/region/service/aws4_request}. */
record Scope(String accessKey, String date, String region, String service) {

  private static final String TERMINATOR = "aws4_request";

  static Optional<Scope> parse(String credential) {
    String[] parts = credential.split("/", -1);
    int n = parts.length;
    if (n < 5 || !parts[n - 1].equals(TERMINATOR) || !parts[n - 4].matches("[0-9]{8}")) {
      return Optional.empty();
    }
    String accessKey = String.join("/", Arrays.copyOf(parts, n - 4));
    return Optional.of(new Scope(accessKey, parts[n - 4], parts[n - 3], parts[n - 2]));
  }

  /** The scope without the access key. */
  String text() {
    return date + "/" + region + "/" + service + "/" + TERMINATOR;
  }

  byte[] signingKey(String secret) {
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    byte[] dateKey = Hmac.sign(key, date);
    return Hmac.sign(Hmac.sign(Hmac.sign(dateKey, region), service), TERMINATOR);
  }
}
