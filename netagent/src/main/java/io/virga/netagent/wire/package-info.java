/** Bounded reading of bytes that a peer sent, shared by the codecs of this module. */
@NullMarked
package io.virga.netagent.wire;

import org.jspecify.annotations.NullMarked;
