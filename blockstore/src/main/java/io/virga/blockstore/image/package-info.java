/** Images in the object store: what is where, and how a chunk is fetched. */
@NullMarked
package io.virga.blockstore.image;

import org.jspecify.annotations.NullMarked;
