/** Nodes and clients for tests. */
@NullMarked
package io.virga.blockstore;

import org.jspecify.annotations.NullMarked;
