package io.virga.objectstore.swift.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A request that is answered with an error; thrown within the handling of one request. */
public final class SwiftError extends RuntimeException {

  private final int status;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /** An error in Swift's words for the status. */
  public SwiftError(int status) {
    super(null, null, false, false);
    this.status = status;
  }

  /** An error in these words. */
  public SwiftError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** The words; empty for Swift's own. */
  public Optional<String> words() {
    return Optional.ofNullable(getMessage());
  }

  /** Headers of the reply. */
  public Map<String, String> headers() {
    return headers;
  }

  /** Adds a header to the reply. */
  public SwiftError with(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public static SwiftError notFound() {
    return new SwiftError(404);
  }

  public static SwiftError notAllowed() {
    return new SwiftError(405);
  }

  public static SwiftError badRequest(String message) {
    return new SwiftError(400, message);
  }

  public static SwiftError preconditionFailed(String message) {
    return new SwiftError(412, message);
  }
}
