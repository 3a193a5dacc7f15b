package io.virga.objectstore.s3;

import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/** Texts as S3 writes them. */
final class S3Text {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private S3Text() {}

  /** Whole seconds, the same as {@code Last-Modified}. */
  static String time(Timestamp timestamp) {
    return TIME.format(Instant.ofEpochSecond(timestamp.ceilingSeconds()));
  }

  static String quoted(String etag) {
    return "\"" + etag + "\"";
  }

  static int number(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw S3Error.invalidArgument("'" + text + "' is not a whole number of at least 0");
    }
    return Integer.parseInt(text);
  }

  static void owner(XmlWriter xml, String account) {
    xml.open("Owner").text("ID", account).text("DisplayName", account).close();
  }

  static String encodeToken(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  static String decodeToken(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw S3Error.invalidArgument("The continuation token is not valid.");
    }
  }
}
