package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.UriText;
import java.util.Optional;

/**
 * The content type of an object that stands for another. A listing knows of an object no more than
 * its type, so what the object points to goes with the type, as a parameter that no client sees.
 */
public final class ListedType {

  private static final String LINK = ";virga_link=";

  private ListedType() {}

  /** The type with the address of the target. */
  public static String withLink(String type, String target) {
    return shown(type) + LINK + UriText.encode(target, true);
  }

  /** The type as clients see it. */
  public static String shown(String type) {
    int at = type.indexOf(LINK);
    return at < 0 ? type : type.substring(0, at);
  }

  /** The address of the target. */
  public static Optional<String> link(String type) {
    int at = type.indexOf(LINK);
    return at < 0 ? Optional.empty() : UriText.decode(type.substring(at + LINK.length()));
  }

  /** A new type for an object that may be a link, and stays one. */
  public static String replaced(String before, String type) {
    int at = before.indexOf(LINK);
    return at < 0 ? shown(type) : shown(type) + before.substring(at);
  }
}
