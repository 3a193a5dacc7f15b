/** How volumes and snapshots come to be and go, and what their hosts are told. */
@NullMarked
package io.virga.control.volume.life;

import org.jspecify.annotations.NullMarked;
