package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;

/**
 * A request of the transmission phase.
 *
 * @param cookie the client's, given back with the reply
 * @param length 0 to 2^32 - 1; with extended headers unsigned, negative where it is larger than any
 *     device
 * @param payload what came with it, empty for most; the receiver releases it
 * @param excessBytes of a payload that is too large to be taken: they follow, and are to be skipped
 */
record Request(
    int flags, int type, long cookie, long offset, long length, ByteBuf payload, long excessBytes) {

  /** A request with all of its payload. */
  Request(int flags, int type, long cookie, long offset, long length, ByteBuf payload) {
    this(flags, type, cookie, offset, length, payload, 0);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
