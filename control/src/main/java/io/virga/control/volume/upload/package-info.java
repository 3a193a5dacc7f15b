/** Images that are made of volumes. */
@NullMarked
package io.virga.control.volume.upload;

import org.jspecify.annotations.NullMarked;
