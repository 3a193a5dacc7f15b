package io.virga.objectstore.swift;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code /v1/account[/container[/object]]}.
 *
 * @param container empty for the account
 * @param object empty for the account or a container
 */
record SwiftPath(String account, String container, String object) {

  static final int MAXIMUM_CONTAINER_BYTES = 256;
  static final int MAXIMUM_OBJECT_BYTES = 1024;

  private static final String VERSION = "/v1/";

  static SwiftPath parse(String rawPath) {
    Optional<String> decoded = UriText.decode(rawPath);
    if (decoded.isEmpty() || decoded.get().indexOf('\0') >= 0) {
      throw SwiftError.preconditionFailed("Invalid UTF8 or contains NULL");
    }
    String[] parts = decoded.get().substring(VERSION.length()).split("/", 3);
    String account = parts[0];
    String container = parts.length > 1 ? parts[1] : "";
    String object = parts.length > 2 ? parts[2] : "";
    if (account.isEmpty() || (container.isEmpty() && !object.isEmpty())) {
      throw SwiftError.preconditionFailed("Bad URL");
    }
    if (utf8Length(container) > MAXIMUM_CONTAINER_BYTES) {
      throw SwiftError.badRequest(
          "Container name length of %d longer than %d"
              .formatted(utf8Length(container), MAXIMUM_CONTAINER_BYTES));
    }
    if (utf8Length(object) > MAXIMUM_OBJECT_BYTES) {
      throw SwiftError.badRequest(
          "Object name length of %d longer than %d"
              .formatted(utf8Length(object), MAXIMUM_OBJECT_BYTES));
    }
    return new SwiftPath(account, container, object);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  ContainerPath containerPath() {
    return new ContainerPath(account, container);
  }

  ObjectPath objectPath() {
    return new ObjectPath(account, container, object);
  }

  boolean isAccount() {
    return container.isEmpty();
  }

  boolean isContainer() {
    return !container.isEmpty() && object.isEmpty();
  }
}
