/**
 * How object store nodes talk: many requests at a time over few long-lived connections, with bodies
 * streamed both ways under credit (docs/ARCHITECTURE.md §11, "Peers"). Knows nothing of rings and
 * rows.
 */
@NullMarked
package io.virga.objectstore.peer;

import org.jspecify.annotations.NullMarked;
