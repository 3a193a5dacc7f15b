package io.virga.objectstore.swift;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Metadata between headers and rows. */
final class SwiftHeaders {

  static final String ACCOUNT_META = "x-account-meta-";
  static final String CONTAINER_META = "x-container-meta-";
  static final String OBJECT_META = "x-object-meta-";

  static final int MAXIMUM_NAME = 128;
  static final int MAXIMUM_VALUE = 256;
  static final int MAXIMUM_COUNT = 90;
  static final int MAXIMUM_TOTAL = 4096;

  private static final List<String> OBJECT_HEADERS =
      List.of(
          "content-disposition",
          "content-encoding",
          "content-language",
          "cache-control",
          "expires",
          "x-object-manifest");
  private static final Set<String> NOT_BUILT =
      Set.of(
          "x-delete-at",
          "x-delete-after",
          "x-symlink-target",
          "x-versions-location",
          "x-history-location",
          "x-versions-enabled",
          "x-container-read",
          "x-container-write",
          "x-container-sync-to",
          "x-container-sync-key",
          "x-account-access-control");

  private SwiftHeaders() {}

  /** Refuses what would otherwise be a wrong success. */
  static void refuseWhatIsNotBuilt(Request request) {
    for (String name : NOT_BUILT) {
      if (request.header(name).filter(value -> !value.isBlank()).isPresent()) {
        throw new SwiftError(501, "The header " + name + " is not implemented.");
      }
    }
  }

  /** The metadata of a container or an account after a request: what is named is replaced. */
  static Map<String, String> merged(Map<String, String> before, Request request, String prefix) {
    Map<String, String> after = new LinkedHashMap<>(before);
    String removal = prefix.replaceFirst("^x-", "x-remove-");
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(removal)) {
        after.remove(prefix + name.substring(removal.length()));
      } else if (name.startsWith(prefix)) {
        String value = HeaderText.decode(header.getValue());
        if (value.isEmpty()) {
          after.remove(name);
        } else {
          after.put(name, value);
        }
      }
    }
    check(after, prefix);
    return after;
  }

  /** The metadata that a request gives to an object, with the headers that are kept with it. */
  static Map<String, String> ofObject(Request request) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if ((name.startsWith(OBJECT_META) && name.length() > OBJECT_META.length())
          || OBJECT_HEADERS.contains(name)) {
        metadata.put(name, HeaderText.decode(header.getValue()));
      }
    }
    check(metadata, OBJECT_META);
    return metadata;
  }

  private static void check(Map<String, String> metadata, String prefix) {
    int count = 0;
    int total = 0;
    for (Map.Entry<String, String> item : metadata.entrySet()) {
      if (!item.getKey().startsWith(prefix)) {
        continue;
      }
      int name = item.getKey().length() - prefix.length();
      int value = item.getValue().getBytes(StandardCharsets.UTF_8).length;
      count++;
      total += name + value;
      if (name > MAXIMUM_NAME) {
        throw SwiftError.badRequest("Metadata name too long: " + item.getKey());
      }
      if (value > MAXIMUM_VALUE) {
        throw SwiftError.badRequest(
            "Metadata value longer than %d: %s".formatted(MAXIMUM_VALUE, item.getKey()));
      }
    }
    if (count > MAXIMUM_COUNT) {
      throw SwiftError.badRequest("Too many metadata items; max %d".formatted(MAXIMUM_COUNT));
    }
    if (total > MAXIMUM_TOTAL) {
      throw SwiftError.badRequest("Total metadata too large; max %d".formatted(MAXIMUM_TOTAL));
    }
  }

  static void account(Reply reply, ContainerRow row) {
    reply.header("X-Account-Container-Count", Long.toString(row.containers()));
    reply.header("X-Account-Object-Count", Long.toString(row.objects()));
    reply.header("X-Account-Bytes-Used", Long.toString(row.bytesUsed()));
    metadata(reply, row.metadata());
    timestamps(reply, row);
  }

  static void container(Reply reply, ContainerRow row) {
    reply.header("X-Container-Object-Count", Long.toString(row.objects()));
    reply.header("X-Container-Bytes-Used", Long.toString(row.bytesUsed()));
    reply.header("X-Storage-Policy", "default");
    reply.header("Last-Modified", HttpDates.format(row.metadataAt().ceilingSeconds()));
    metadata(reply, row.metadata());
    timestamps(reply, row);
  }

  private static void timestamps(Reply reply, ContainerRow row) {
    reply.header("X-Timestamp", row.createdAt().toString());
    reply.header("Accept-Ranges", "bytes");
  }

  static void object(Reply reply, ObjectRow row) {
    reply.header("Content-Type", row.contentType());
    reply.header("Last-Modified", HttpDates.format(row.metadataTimestamp().ceilingSeconds()));
    reply.header("X-Timestamp", row.metadataTimestamp().toString());
    reply.header("Accept-Ranges", "bytes");
    metadata(reply, row.metadata());
    if (row.metadata(SystemMetadata.MANIFEST).isPresent()) {
      reply.header("X-Static-Large-Object", "True");
    }
  }

  private static void metadata(Reply reply, Map<String, String> metadata) {
    metadata.forEach(
        (name, value) -> {
          if (!name.startsWith(".")) {
            reply.header(capitalized(name), value);
          }
        });
  }

  private static String capitalized(String name) {
    StringBuilder out = new StringBuilder(name.length());
    boolean start = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      out.append(start ? Character.toUpperCase(c) : c);
      start = c == '-';
    }
    return out.toString();
  }
}
