package io.virga.objectstore.swift;

/** A request that is answered with an error; thrown within the handling of one request. */
final class SwiftError extends RuntimeException {

  private final int status;

  SwiftError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  static SwiftError notFound() {
    return new SwiftError(404, "The resource could not be found.");
  }

  static SwiftError badRequest(String message) {
    return new SwiftError(400, message);
  }

  static SwiftError preconditionFailed(String message) {
    return new SwiftError(412, message);
  }
}
