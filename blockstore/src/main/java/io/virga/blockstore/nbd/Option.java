package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;

/**
 * What a client asks for while haggling.
 *
 * @param data the option's data; the receiver releases it
 */
record Option(int number, ByteBuf data) {}
