package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How listings and reports are written. */
public enum Format {
  PLAIN("text/plain"),
  JSON("application/json"),
  XML("application/xml"),
  TEXT_XML("text/xml");

  private static final List<String> OFFERED =
      List.of("text/plain", "application/json", "application/xml", "text/xml");

  private final String type;

  Format(String type) {
    this.type = type;
  }

  /** The media type. */
  public String type() {
    return type;
  }

  public String contentType() {
    return type + "; charset=utf-8";
  }

  public boolean isXml() {
    return this == XML || this == TEXT_XML;
  }

  /** By the query's {@code format}, else by {@code Accept}, else plain. */
  public static Format of(Request request) {
    Optional<String> asked = request.query().get("format");
    if (asked.isPresent()) {
      return switch (asked.get().toLowerCase(Locale.ROOT)) {
        case "json" -> JSON;
        case "xml" -> XML;
        default -> PLAIN;
      };
    }
    return accepted(request);
  }

  /** By {@code Accept} alone, else plain. */
  public static Format accepted(Request request) {
    String accept = request.header("accept").orElse("");
    if (accept.isBlank()) {
      return PLAIN;
    }
    String best = Accept.best(accept, OFFERED).orElseThrow(() -> new SwiftError(406));
    return values()[OFFERED.indexOf(best)];
  }
}
