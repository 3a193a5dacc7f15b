/** A volume and a snapshot, as they are kept. */
@NullMarked
package io.virga.control.volume.model;

import org.jspecify.annotations.NullMarked;
