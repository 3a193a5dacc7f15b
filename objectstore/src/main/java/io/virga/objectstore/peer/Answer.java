package io.virga.objectstore.peer;

/**
 * What a service answers.
 *
 * @param status 0 to 65,535
 * @param header at most {@link Limits#RESPONSE_HEADER_BYTES}
 */
public record Answer(int status, byte[] header, Body body) {

  public Answer {
    if (status < 0 || status > 0xffff) {
      throw new IllegalArgumentException("status " + status + ": expected 0 to 65535");
    }
    if (header.length > Limits.RESPONSE_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a header of %d bytes: expected at most %d"
              .formatted(header.length, Limits.RESPONSE_HEADER_BYTES));
    }
  }

  /** An answer without a body. */
  public Answer(int status, byte[] header) {
    this(status, header, Body.NONE);
  }
}
