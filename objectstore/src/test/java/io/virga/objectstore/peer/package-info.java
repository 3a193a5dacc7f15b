/** Tests of the peer protocol, and what lets other tests do without TLS or with faults. */
@NullMarked
package io.virga.objectstore.peer;

import org.jspecify.annotations.NullMarked;
