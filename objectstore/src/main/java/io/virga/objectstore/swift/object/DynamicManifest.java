package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.Map;

/** The header that makes an object a dynamic large object. */
final class DynamicManifest {

  private DynamicManifest() {}

  /** Refuses a value that names no container and prefix. */
  static void check(Map<String, String> metadata) {
    String value = metadata.get(LargeObjects.DYNAMIC);
    if (value == null || value.isEmpty()) {
      metadata.remove(LargeObjects.DYNAMIC);
      return;
    }
    String text = UriText.decode(value).orElse(value);
    int slash = text.indexOf('/');
    boolean malformed =
        slash <= 0
            || slash == text.length() - 1
            || text.charAt(slash + 1) == '/'
            || value.contains("?")
            || value.contains("&");
    if (malformed) {
      throw SwiftError.badRequest("X-Object-Manifest must be in the format container/prefix");
    }
  }
}
