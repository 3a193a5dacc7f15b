/** The doors to volumes that are open, whatever protocol leads through them. */
@NullMarked
package io.virga.blockstore.export;

import org.jspecify.annotations.NullMarked;
