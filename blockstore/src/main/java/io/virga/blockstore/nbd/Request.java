package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;

/**
 * A request of the transmission phase.
 *
 * @param cookie the client's, given back with the reply
 * @param length 0 to 2^32 - 1
 * @param payload what to write, empty for other requests; the receiver releases it
 */
record Request(int flags, int type, long cookie, long offset, long length, ByteBuf payload) {

  boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
