/**
 * The NBD front door (fixed newstyle, structured replies, block status), as of the protocol's
 * proto.md: messages, codec, sessions for the two phases, and the Netty adapter.
 */
@NullMarked
package io.virga.blockstore.nbd;

import org.jspecify.annotations.NullMarked;
