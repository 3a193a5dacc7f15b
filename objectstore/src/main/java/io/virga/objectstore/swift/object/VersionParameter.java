package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.VersionId;
import java.util.Optional;

/**
 * Which version of an object a request means. Times are ids too, as Swift makes them: there is no
 * such version here, but nothing is wrong with the request.
 */
final class VersionParameter {

  private VersionParameter() {}

  /** The version; empty for the current one. */
  static Optional<String> of(Request request) {
    Optional<String> id = request.query().get("version-id").filter(text -> !text.isEmpty());
    if (id.filter(VersionParameter::isNone).isPresent()) {
      throw SwiftError.badRequest("Invalid version parameter");
    }
    return id;
  }

  private static boolean isNone(String id) {
    return !id.equals(VersionId.NULL)
        && VersionId.parse(id).isEmpty()
        && !id.matches("[0-9]{10}\\.[0-9]{5}(_[0-9a-f]{16})?");
  }
}
