/** Bounded reading of bytes that a peer sent, shared by the codecs of this module. */
@NullMarked
package io.virga.netagent.octets;

import org.jspecify.annotations.NullMarked;
