package io.virga.objectstore.swift.wire;

import io.netty.handler.codec.http.HttpHeaders;
import io.virga.objectstore.http.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Metadata that is named with underscores is meant with hyphens: Swift has it from WSGI, which does
 * not tell them apart. Done before anything else looks at a name, so that what is kept for owners
 * is known under one name alone.
 */
public final class MetadataNames {

  private static final Set<String> METHODS = Set.of("PUT", "POST", "COPY");
  private static final Pattern METADATA =
      Pattern.compile("(?i)x-(remove-)?(account|container|object)-meta-.*_.*");

  private MetadataNames() {}

  /** The request with its metadata under their names. */
  public static Request normalized(Request request) {
    return METHODS.contains(request.method()) && hasUnderscores(request.headers())
        ? request.withHeaders(normalized(request.headers()))
        : request;
  }

  private static boolean hasUnderscores(HttpHeaders headers) {
    for (String name : headers.names()) {
      if (name.indexOf('_') >= 0) {
        return true;
      }
    }
    return false;
  }

  private static HttpHeaders normalized(HttpHeaders headers) {
    HttpHeaders copy = headers.copy();
    List<Map.Entry<String, String>> odd =
        headers.entries().stream()
            .filter(header -> METADATA.matcher(header.getKey()).matches())
            .toList();
    odd.forEach(header -> copy.remove(header.getKey()));
    odd.forEach(header -> copy.set(header.getKey().replace('_', '-'), header.getValue()));
    return copy;
  }
}
