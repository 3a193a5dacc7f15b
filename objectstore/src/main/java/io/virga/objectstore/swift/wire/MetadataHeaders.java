package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.HeaderNames;
import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Metadata as requests give it. */
public final class MetadataHeaders {

  public static final String ACCOUNT = "x-account-meta-";
  public static final String CONTAINER = "x-container-meta-";
  public static final String OBJECT = "x-object-meta-";

  private static final List<String> KEPT_WITH_OBJECTS =
      List.of(
          "content-disposition",
          "content-encoding",
          "content-language",
          "cache-control",
          "expires",
          "x-robots-tag",
          "x-object-manifest");

  private MetadataHeaders() {}

  /** The metadata of a container or an account after a request: what is named is replaced. */
  public static Map<String, String> merged(
      Map<String, String> before, Request request, String prefix) {
    Map<String, String> after = new LinkedHashMap<>(before);
    String removal = prefix.replaceFirst("^x-", "x-remove-");
    Map<String, String> named = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = HeaderNames.decode(header.getKey());
      if (name.startsWith(removal)) {
        after.remove(prefix + name.substring(removal.length()));
      } else if (name.startsWith(prefix)) {
        named.put(name, HeaderText.decode(header.getValue()));
      }
    }
    named.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            after.remove(name);
          } else {
            after.put(name, value);
          }
        });
    check(after, prefix);
    return after;
  }

  /**
   * What a request does to a header {@code x-…} that is kept: the new value, an empty one to remove
   * it, or nothing.
   */
  public static Optional<String> change(Request request, String name) {
    Optional<String> given = request.header(name).map(HeaderText::decode).map(String::strip);
    if (given.isPresent()) {
      if (given.get().length() > SwiftLimits.MAXIMUM_HEADER) {
        throw SwiftError.badRequest("Header value too long: " + name);
      }
      return given;
    }
    return request.header(name.replaceFirst("^x-", "x-remove-")).map(removed -> "");
  }

  /** Puts a value into metadata, or takes it out if it is empty. */
  public static void set(Map<String, String> metadata, String name, String value) {
    if (value.isEmpty()) {
      metadata.remove(name);
    } else {
      metadata.put(name, value);
    }
  }

  /** The metadata that a request gives to an object, with the headers that are kept with it. */
  public static Map<String, String> ofObject(Request request) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = HeaderNames.decode(header.getKey());
      if (name.startsWith(OBJECT) || KEPT_WITH_OBJECTS.contains(name)) {
        metadata.put(name, HeaderText.decode(header.getValue()));
      }
    }
    check(metadata, OBJECT);
    return metadata;
  }

  /** Refuses metadata beyond the limits. */
  public static void check(Map<String, String> metadata, String prefix) {
    int count = 0;
    int total = 0;
    for (Map.Entry<String, String> item : metadata.entrySet()) {
      String key = item.getKey();
      int value = item.getValue().getBytes(StandardCharsets.UTF_8).length;
      if (value > SwiftLimits.MAXIMUM_HEADER) {
        throw SwiftError.badRequest("Header value too long: " + shortened(key));
      }
      if (!key.startsWith(prefix)) {
        continue;
      }
      int name = key.getBytes(StandardCharsets.UTF_8).length - prefix.length();
      count++;
      total += name + value;
      if (name == 0) {
        throw SwiftError.badRequest("Metadata name cannot be empty");
      }
      if (name > SwiftLimits.MAXIMUM_META_NAME) {
        throw SwiftError.badRequest("Metadata name too long: " + key);
      }
      if (value > SwiftLimits.MAXIMUM_META_VALUE) {
        throw SwiftError.badRequest(
            "Metadata value longer than %d: %s".formatted(SwiftLimits.MAXIMUM_META_VALUE, key));
      }
    }
    if (count > SwiftLimits.MAXIMUM_META_COUNT) {
      throw SwiftError.badRequest(
          "Too many metadata items; max %d".formatted(SwiftLimits.MAXIMUM_META_COUNT));
    }
    if (total > SwiftLimits.MAXIMUM_META_TOTAL) {
      throw SwiftError.badRequest(
          "Total metadata too large; max %d".formatted(SwiftLimits.MAXIMUM_META_TOTAL));
    }
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), SwiftLimits.MAXIMUM_META_NAME));
  }
}
