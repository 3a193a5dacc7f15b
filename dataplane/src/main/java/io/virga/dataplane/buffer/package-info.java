/** Bytes on their way from a socket to a decoder. */
@NullMarked
package io.virga.dataplane.buffer;

import org.jspecify.annotations.NullMarked;
