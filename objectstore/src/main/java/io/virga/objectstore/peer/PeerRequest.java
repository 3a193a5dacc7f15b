package io.virga.objectstore.peer;

import java.time.Duration;

/**
 * What is asked of a peer.
 *
 * @param opcode 0 to 65,535; what it means is the service's business
 * @param header at most {@link Limits#REQUEST_HEADER_BYTES}
 * @param deadline how long the peer may keep the call waiting: for room to send more of the body,
 *     for the answer once all is sent, for more of the answer's body. Time that the own body takes
 *     to be produced, or the answer's to be consumed, does not count. Told to the peer.
 */
public record PeerRequest(int opcode, byte[] header, Body body, Duration deadline) {

  public PeerRequest {
    if (opcode < 0 || opcode > 0xffff) {
      throw new IllegalArgumentException("opcode " + opcode + ": expected 0 to 65535");
    }
    if (header.length > Limits.REQUEST_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a header of %d bytes: expected at most %d"
              .formatted(header.length, Limits.REQUEST_HEADER_BYTES));
    }
    if (deadline.compareTo(Duration.ofMillis(1)) < 0
        || deadline.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(
          "a deadline of " + deadline + ": expected 1 ms to 2^31 - 1 ms");
    }
  }

  /** A request without a body. */
  public PeerRequest(int opcode, byte[] header, Duration deadline) {
    this(opcode, header, Body.NONE, deadline);
  }

  int deadlineMillis() {
    return (int) deadline.toMillis();
  }
}
