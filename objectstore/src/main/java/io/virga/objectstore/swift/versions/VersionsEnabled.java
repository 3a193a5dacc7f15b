package io.virga.objectstore.swift.versions;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.Truth;
import io.virga.objectstore.versions.Versioning;
import java.util.Map;
import java.util.Optional;

/** Whether a container keeps every version of its objects ({@code X-Versions-Enabled}). */
public final class VersionsEnabled {

  private static final String HEADER = "x-versions-enabled";

  private VersionsEnabled() {}

  /** Puts what a request says into a container's metadata. */
  public static void merge(Map<String, String> metadata, Request request) {
    Optional<String> given = request.header(HEADER).filter(value -> !value.isBlank());
    if (given.isPresent()) {
      boolean on = Truth.of(given.get());
      if (on || metadata.containsKey(Versioning.METADATA)) {
        Versioning versioning = on ? Versioning.ENABLED : Versioning.SUSPENDED;
        metadata.put(Versioning.METADATA, versioning.name());
      }
    }
    if (metadata.containsKey(Versioning.METADATA) && VersionsLocation.isIn(metadata)) {
      throw SwiftError.badRequest(
          "Cannot enable object versioning on a container that is already using the legacy"
              + " versioned writes feature.");
    }
  }

  /** Shows what a container does, and that its versions are of so many bytes. */
  public static void describe(Reply reply, ContainerRow row, long versionBytes) {
    if (Versioning.of(row) != Versioning.OFF) {
      boolean on = Versioning.of(row) == Versioning.ENABLED;
      reply.header("X-Versions-Enabled", on ? "True" : "False");
      reply.header("X-Container-Bytes-Used", Long.toString(row.bytesUsed() + versionBytes));
    }
  }
}
