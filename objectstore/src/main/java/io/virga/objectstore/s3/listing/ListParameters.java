package io.virga.objectstore.s3.listing;

import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;

/**
 * What all listings have in common.
 *
 * @param maximum of lines, at most 1000
 * @param encoded whether names are to be percent-encoded
 */
public record ListParameters(String prefix, String delimiter, int maximum, boolean encoded) {

  private static final int MAXIMUM = 1000;

  /**
   * Reads them.
   *
   * @param maximumName the parameter that bounds the lines
   */
  public static ListParameters of(Query query, String maximumName) {
    String encoding = query.text("encoding-type");
    if (!encoding.isEmpty() && !encoding.equals("url")) {
      throw S3Error.invalidArgument("encoding-type must be url, not " + encoding);
    }
    query
        .parameters()
        .forEach(
            p -> {
              if (p.value().indexOf('\0') >= 0) {
                throw S3Error.invalidArgument(p.name() + " must not hold a NUL character");
              }
            });
    int maximum =
        query
            .get(maximumName)
            .filter(text -> !text.isEmpty())
            .map(text -> S3Text.number(maximumName, text))
            .orElse(MAXIMUM);
    return new ListParameters(
        query.text("prefix"),
        query.text("delimiter"),
        Math.min(maximum, MAXIMUM),
        !encoding.isEmpty());
  }

  /** A name as the client wants to see it. */
  public String shown(String name) {
    return encoded ? UriText.encode(name, true) : name;
  }

  /** Writes the prefix, with which listings begin. */
  public void writePrefix(XmlWriter xml) {
    xml.text("Prefix", shown(prefix));
  }

  /**
   * Writes the maximum, the delimiter and the encoding, as far as they were given, in the order of
   * S3's schema.
   *
   * @param maximumName the element of the maximum
   */
  public void writeBounds(XmlWriter xml, String maximumName) {
    xml.number(maximumName, maximum);
    if (!delimiter.isEmpty()) {
      xml.text("Delimiter", shown(delimiter));
    }
    if (encoded) {
      xml.text("EncodingType", "url");
    }
  }

  /** Writes a prefix to which names were rolled up. */
  public void rolled(XmlWriter xml, String name) {
    xml.open("CommonPrefixes").text("Prefix", shown(name)).close();
  }
}
