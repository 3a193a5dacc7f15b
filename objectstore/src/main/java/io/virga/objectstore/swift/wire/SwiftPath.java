package io.virga.objectstore.swift.wire;

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
public record SwiftPath(String account, String container, String object) {

  private static final String VERSION = "/v1/";
  private static final int MOST_BYTES_OF_A_CHARACTER = 3;

  /** The path of a request, decoded. */
  public static SwiftPath parse(String rawPath) {
    Optional<String> decoded = UriText.decode(escaped(rawPath));
    if (decoded.isEmpty() || decoded.get().indexOf('\0') >= 0) {
      throw SwiftError.preconditionFailed("Invalid UTF8 or contains NULL");
    }
    String path = decoded.get();
    if (path.equals(VERSION) || (path + "/").equals(VERSION)) {
      throw SwiftError.preconditionFailed("Bad URL");
    }
    if (!path.startsWith(VERSION)) {
      throw SwiftError.notFound();
    }
    int first = end(path, VERSION.length());
    int second = end(path, first + 1);
    String account = path.substring(VERSION.length(), first);
    String container = first < path.length() ? path.substring(first + 1, second) : "";
    String object = second < path.length() ? path.substring(second + 1) : "";
    if (account.isEmpty() || (container.isEmpty() && !object.isEmpty())) {
      throw SwiftError.notFound();
    }
    check("Account", account, SwiftLimits.MAXIMUM_ACCOUNT_NAME);
    check("Container", container, SwiftLimits.MAXIMUM_CONTAINER_NAME);
    check("Object", object, SwiftLimits.MAXIMUM_OBJECT_NAME);
    return new SwiftPath(account, container, object);
  }

  /** Bytes that should have been escaped are characters up to U+00FF here. */
  private static String escaped(String rawPath) {
    if (UriText.isAscii(rawPath)) {
      return rawPath;
    }
    StringBuilder out = new StringBuilder(3 * rawPath.length());
    for (byte b : rawPath.getBytes(StandardCharsets.ISO_8859_1)) {
      out.append(b < 0 ? "%%%02X".formatted(b & 0xFF) : Character.toString(b));
    }
    return out.toString();
  }

  /** Where the part of a path that begins there ends. */
  private static int end(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  /** The path of an object, its name being checked as one that comes by a URL. */
  public static SwiftPath of(ObjectPath path) {
    check("Container", path.container(), SwiftLimits.MAXIMUM_CONTAINER_NAME);
    check("Object", path.object(), SwiftLimits.MAXIMUM_OBJECT_NAME);
    return new SwiftPath(path.account(), path.container(), path.object());
  }

  /** The path of a container, its name being checked as one that comes by a URL. */
  public static SwiftPath of(ContainerPath path) {
    check("Container", path.container(), SwiftLimits.MAXIMUM_CONTAINER_NAME);
    return new SwiftPath(path.account(), path.container(), "");
  }

  private static void check(String what, String name, int maximum) {
    if (name.length() * MOST_BYTES_OF_A_CHARACTER <= maximum) {
      return;
    }
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length > maximum) {
      throw SwiftError.badRequest(
              "%s name length of %d longer than %d".formatted(what, length, maximum))
          .with("Content-Type", "text/html; charset=UTF-8");
    }
  }

  public ContainerPath containerPath() {
    return new ContainerPath(account, container);
  }

  public ObjectPath objectPath() {
    return new ObjectPath(account, container, object);
  }

  /** The path decoded, without a slash after an account or a container. */
  public String text() {
    return VERSION
        + account
        + (container.isEmpty() ? "" : "/" + container)
        + (object.isEmpty() ? "" : "/" + object);
  }

  public boolean isAccount() {
    return container.isEmpty();
  }

  public boolean isContainer() {
    return !container.isEmpty() && object.isEmpty();
  }

  public boolean isObject() {
    return !object.isEmpty();
  }
}
