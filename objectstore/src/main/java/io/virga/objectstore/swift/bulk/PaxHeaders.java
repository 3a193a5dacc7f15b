package io.virga.objectstore.swift.bulk;

import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What tar keeps of a file beside its bytes: extended attributes as GNU and BSD tar write them. */
final class PaxHeaders {

  private static final String[] PREFIXES = {"SCHILY.xattr.user.", "LIBARCHIVE.xattr.user."};
  private static final String META = "meta.";

  private PaxHeaders() {}

  /** Puts {@code user.meta.*} into an object's metadata. */
  static void metadata(Map<String, String> headers, Map<String, String> metadata) {
    headers.forEach(
        (key, value) ->
            attribute(key)
                .filter(name -> name.startsWith(META))
                .ifPresent(
                    name ->
                        metadata.put(
                            MetadataHeaders.OBJECT
                                + name.substring(META.length()).toLowerCase(Locale.ROOT),
                            clean(value))));
    MetadataHeaders.check(metadata, MetadataHeaders.OBJECT);
  }

  /** What {@code user.mime_type} says. */
  static Optional<String> contentType(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> attribute(header.getKey()).filter("mime_type"::equals).isPresent())
        .map(header -> ListedType.shown(clean(header.getValue())))
        .findFirst();
  }

  private static Optional<String> attribute(String key) {
    for (String prefix : PREFIXES) {
      if (key.startsWith(prefix)) {
        return Optional.of(key.substring(prefix.length()))
            .filter(name -> name.matches("[A-Za-z0-9._-]+"));
      }
    }
    return Optional.empty();
  }

  private static String clean(String value) {
    return value.replaceAll("\\p{Cntrl}", "");
  }
}
