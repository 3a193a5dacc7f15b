package io.virga.blockstore.iscsi;

/** What the decoder found at the reader index; it has moved on only if it found all. */
sealed interface Decoded {

  /** A PDU. */
  record Complete(InitiatorPdu pdu) implements Decoded {}

  /**
   * A beginning of one.
   *
   * @param totalBytes how many bytes it needs from the reader index, as far as is known by now
   */
  record NeedMore(int totalBytes) implements Decoded {}

  /** Not the protocol, or damaged on its way; the connection is to be closed. */
  record Malformed(String reason) implements Decoded {}
}
