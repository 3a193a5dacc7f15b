package io.virga.blockstore.iscsi;

/**
 * What a peer may ask of the target.
 *
 * @param dataSegmentBytes the most data of one PDU
 * @param loginBytes the most text of one login step
 * @param commands the most commands of one session at a time, and immediate ones on top
 * @param inFlightBytes about the most bytes of data that a connection has on their way at a time
 * @param sessions the most sessions of the server
 * @param connections the most connections of a session
 */
record Limits(
    int dataSegmentBytes,
    int loginBytes,
    int commands,
    int inFlightBytes,
    int sessions,
    int connections) {

  static final Limits DEFAULT = new Limits(256 << 10, 64 << 10, 128, 32 << 20, 2048, 8);
}
