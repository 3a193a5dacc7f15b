/**
 * The map of a volume: which block lies where. Pages of it are shared between a volume, its
 * snapshots and its clones, and copied when one of them changes.
 */
@NullMarked
package io.virga.blockstore.extent;

import org.jspecify.annotations.NullMarked;
