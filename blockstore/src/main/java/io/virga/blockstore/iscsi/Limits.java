package io.virga.blockstore.iscsi;

/**
 * What a peer may ask of the target.
 *
 * @param dataSegmentBytes the most data of one PDU
 * @param loginBytes the most text of one login step
 * @param commands the most commands of one session at a time, and immediate ones on top
 * @param inFlightBytes about the most bytes of data that the commands of a connection that run take
 *     at a time, and as much again that it is asked for; what it sends without being asked, up to
 *     256 KiB for each of its commands, comes on top
 * @param sessions the most sessions of the server
 * @param targetSessions the most sessions of one target, or for discovery
 * @param connections the most connections of a session
 * @param newcomers the most connections that have not logged in
 */
record Limits(
    int dataSegmentBytes,
    int loginBytes,
    int commands,
    int inFlightBytes,
    int sessions,
    int targetSessions,
    int connections,
    int newcomers) {

  static final Limits DEFAULT = new Limits(256 << 10, 64 << 10, 128, 32 << 20, 2048, 64, 8, 256);
}
