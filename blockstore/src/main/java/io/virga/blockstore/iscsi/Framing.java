package io.virga.blockstore.iscsi;

/**
 * How PDUs are laid out on a connection by now.
 *
 * @param maximumDataBytes the most data of one PDU to the target
 */
record Framing(boolean headerDigest, boolean dataDigest, int maximumDataBytes) {

  static final int HEADER_BYTES = 48;
  static final int DIGEST_BYTES = 4;

  /** Bytes before the data of a PDU without additional headers. */
  int headBytes() {
    return HEADER_BYTES + (headerDigest ? DIGEST_BYTES : 0);
  }

  static int padded(int bytes) {
    return (bytes + 3) & ~3;
  }
}
