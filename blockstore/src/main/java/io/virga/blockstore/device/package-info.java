/**
 * The seam between the front doors and the engine: a disk, its contract, and layers that bend it.
 */
@NullMarked
package io.virga.blockstore.device;

import org.jspecify.annotations.NullMarked;
