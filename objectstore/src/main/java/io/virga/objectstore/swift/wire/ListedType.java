package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ListingRow;
import java.util.Optional;

/**
 * The content type of an object that stands for another. A listing knows of an object no more than
 * its type, so what the object points to goes with the type, as a parameter that no client sees.
 */
public final class ListedType {

  private static final String LINK = ListingRow.HIDDEN + "link=";

  private ListedType() {}

  /**
   * What a link points to.
   *
   * @param etag and bytes of the target of a static link; empty for a dynamic one
   * @param sloEtag of what the target puts together, if it is a manifest
   */
  public record Link(String address, String etag, String bytes, String sloEtag) {}

  /** The type with what the link points to. */
  public static String withLink(String type, Link link) {
    String text = String.join("\n", link.address(), link.etag(), link.bytes(), link.sloEtag());
    return shown(type) + LINK + UriText.encode(text, true);
  }

  /** The type as clients see it. */
  public static String shown(String type) {
    return ListingRow.shownType(type);
  }

  /** What the link of that type points to. */
  public static Optional<Link> link(String type) {
    int at = type.indexOf(LINK);
    return at < 0
        ? Optional.empty()
        : UriText.decode(type.substring(at + LINK.length()).split(";", 2)[0])
            .map(text -> text.split("\n", 4))
            .filter(parts -> parts.length == 4)
            .map(parts -> new Link(parts[0], parts[1], parts[2], parts[3]));
  }

  /** A new type for an object that may be a link, and stays one. */
  public static String replaced(String before, String type) {
    int at = before.indexOf(LINK);
    return at < 0 ? shown(type) : shown(type) + before.substring(at);
  }
}
