package io.virga.objectstore.index;

/**
 * What part of an ordered listing is wanted. Names are compared by their UTF-8 bytes; an empty text
 * means no bound.
 *
 * @param marker names must be behind it (below it in reverse), itself excluded
 * @param endMarker names must be before it (above it in reverse), itself excluded
 * @param delimiter names with it behind the prefix are rolled up to one item
 * @param limit at most so many items, at least 0
 */
public record ListingQuery(
    String prefix, String delimiter, String marker, String endMarker, int limit, boolean reverse) {

  /** Everything that begins with the prefix, from the marker on. */
  public static ListingQuery of(String prefix, String marker, int limit) {
    return new ListingQuery(prefix, "", marker, "", limit, false);
  }
}
