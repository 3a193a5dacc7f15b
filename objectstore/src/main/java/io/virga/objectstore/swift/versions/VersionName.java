package io.virga.objectstore.swift.versions;

import io.virga.objectstore.record.Timestamp;
import java.nio.charset.StandardCharsets;

/** How an earlier state of an object is named: the length of the name, the name, and the time. */
final class VersionName {

  private VersionName() {}

  static String prefix(String object) {
    return "%03x%s/".formatted(object.getBytes(StandardCharsets.UTF_8).length, object);
  }

  static String of(String object, Timestamp timestamp) {
    return prefix(object) + timestamp;
  }
}
