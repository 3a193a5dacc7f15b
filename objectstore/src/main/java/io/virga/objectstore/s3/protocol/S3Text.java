package io.virga.objectstore.s3.protocol;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;

/** Texts as S3 writes them. */
public final class S3Text {

  private static final int TIME_LENGTH = 24;

  private S3Text() {}

  /** Whole seconds, the same as {@code Last-Modified}; listings call it for each line. */
  public static String time(Timestamp timestamp) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(timestamp.ceilingSeconds(), 0, ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(TIME_LENGTH);
    two(out, time.getYear() / 100);
    two(out, time.getYear() % 100);
    two(out.append('-'), time.getMonthValue());
    two(out.append('-'), time.getDayOfMonth());
    two(out.append('T'), time.getHour());
    two(out.append(':'), time.getMinute());
    two(out.append(':'), time.getSecond());
    return out.append(".000Z").toString();
  }

  private static void two(StringBuilder out, int number) {
    out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  public static String quoted(String etag) {
    return "\"" + etag + "\"";
  }

  /** A whole number of at least 0, of a parameter or element that has this name. */
  public static int number(String name, String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw S3Error.invalidArgument(
          name + ": '" + text + "' is not a whole number from 0 to 999999999");
    }
    return Integer.parseInt(text);
  }

  public static void owner(XmlWriter xml, String account) {
    xml.open("Owner").text("ID", account).text("DisplayName", account).close();
  }

  /** A document as a reply. */
  public static Reply reply(XmlWriter xml) {
    return Reply.bytes(200, "application/xml", xml.toBytes());
  }

  public static String encodeToken(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  public static String decodeToken(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw S3Error.invalidArgument("The continuation token is not valid.");
    }
  }
}
