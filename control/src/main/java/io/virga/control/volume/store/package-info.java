/** The tables of volumes and snapshots. */
@NullMarked
package io.virga.control.volume.store;

import org.jspecify.annotations.NullMarked;
