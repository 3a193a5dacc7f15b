package io.virga.blockstore.nbd;

/**
 * What a peer may ask of one connection.
 *
 * @param optionBytes the most data of an option
 * @param payloadBytes the most bytes of one read or write
 * @param inFlightBytes the most bytes of reads and writes at a time
 * @param inFlightRequests the most requests at a time
 */
record Limits(int optionBytes, int payloadBytes, int inFlightBytes, int inFlightRequests) {

  static final Limits DEFAULT = new Limits(64 << 10, 32 << 20, 64 << 20, 512);
}
