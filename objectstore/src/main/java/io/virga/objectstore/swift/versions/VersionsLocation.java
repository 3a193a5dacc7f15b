package io.virga.objectstore.swift.versions;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.Map;
import java.util.Optional;

/**
 * Where a container's objects are kept when they are overwritten or deleted ({@code
 * X-Versions-Location}, {@code X-History-Location}).
 *
 * @param container of the same account
 * @param history whether deletions are kept too; else a deletion brings back the state before
 */
public record VersionsLocation(String container, boolean history) {

  private static final String STACK_HEADER = "x-versions-location";
  private static final String HISTORY_HEADER = "x-history-location";
  private static final String LOCATION = ".versions-location";
  private static final String MODE = ".versions-mode";
  private static final String HISTORY = "history";

  /** The location that a container has. */
  public static Optional<VersionsLocation> of(ContainerRow row) {
    return Optional.ofNullable(row.metadata().get(LOCATION))
        .map(name -> new VersionsLocation(name, HISTORY.equals(row.metadata().get(MODE))));
  }

  static boolean isIn(Map<String, String> metadata) {
    return metadata.containsKey(LOCATION);
  }

  ContainerPath path(String account) {
    return new ContainerPath(account, container);
  }

  /** Puts the location that a request gives into a container's metadata. */
  public static void merge(Map<String, String> metadata, Request request) {
    Optional<String> stack = MetadataHeaders.change(request, STACK_HEADER);
    Optional<String> history = MetadataHeaders.change(request, HISTORY_HEADER);
    boolean both =
        stack.filter(v -> !v.isEmpty()).isPresent()
            && history.filter(v -> !v.isEmpty()).isPresent();
    if (both) {
      throw SwiftError.badRequest(
          "Only one of X-Versions-Location or X-History-Location may be specified");
    }
    boolean isHistory = stack.filter(v -> !v.isEmpty()).isEmpty() && history.isPresent();
    Optional<String> given = isHistory ? history : stack;
    given.ifPresent(
        value -> {
          MetadataHeaders.set(metadata, LOCATION, value.isEmpty() ? "" : name(value));
          MetadataHeaders.set(metadata, MODE, value.isEmpty() || !isHistory ? "" : HISTORY);
        });
  }

  private static String name(String value) {
    String name = UriText.decode(value).map(v -> v.replaceFirst("/$", "")).orElse("");
    if (name.isEmpty() || name.contains("/")) {
      throw SwiftError.preconditionFailed("Container name cannot contain slashes");
    }
    return name;
  }

  /** Shows the location of a container. */
  public static void describe(Reply reply, ContainerRow row) {
    of(row)
        .ifPresent(
            location ->
                reply.header(
                    location.history() ? "X-History-Location" : "X-Versions-Location",
                    UriText.encode(location.container(), true)));
  }
}
