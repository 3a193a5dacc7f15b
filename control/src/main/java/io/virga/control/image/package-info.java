/** The image service, {@code /image/v2}: what guests boot from. */
@NullMarked
package io.virga.control.image;

import org.jspecify.annotations.NullMarked;
