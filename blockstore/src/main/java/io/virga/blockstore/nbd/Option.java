package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;

/**
 * What a client asks for while haggling.
 *
 * @param data the option's data; the receiver releases it
 * @param excessBytes of data that are too many to be taken: they follow, and are to be skipped
 */
record Option(int number, ByteBuf data, long excessBytes) {}
