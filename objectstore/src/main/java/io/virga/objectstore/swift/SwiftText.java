package io.virga.objectstore.swift;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.objectstore.http.Request;
import java.util.Locale;
import java.util.Optional;

/** Texts of replies, and in which format a client wants them. */
final class SwiftText {

  private static final int MAXIMUM_ACCEPT = 1024;

  /** How a listing is written. */
  enum Format {
    PLAIN("text/plain; charset=utf-8"),
    JSON("application/json; charset=utf-8"),
    XML("application/xml; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    String contentType() {
      return contentType;
    }
  }

  private SwiftText() {}

  static String reason(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** By the query's {@code format}, else by {@code Accept}, else plain. */
  static Format format(Request request) {
    Optional<String> asked = request.query().get("format");
    if (asked.isPresent()) {
      return switch (asked.get()) {
        case "json" -> Format.JSON;
        case "xml" -> Format.XML;
        default -> Format.PLAIN;
      };
    }
    String accept = request.header("accept").orElse("");
    if (accept.isBlank()) {
      return Format.PLAIN;
    }
    if (accept.length() > MAXIMUM_ACCEPT) {
      throw SwiftError.badRequest("The Accept header is too long.");
    }
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      switch (range.strip().split(";", 2)[0].strip()) {
        case "application/json" -> {
          return Format.JSON;
        }
        case "application/xml", "text/xml" -> {
          return Format.XML;
        }
        case "text/plain", "text/*", "*/*", "application/*" -> {
          return Format.PLAIN;
        }
        default -> {}
      }
    }
    throw new SwiftError(406, "The resource is not available in a format that is acceptable.");
  }
}
