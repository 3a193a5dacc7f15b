/** Tests of what is read of disk images' first bytes. */
@NullMarked
package io.virga.control.image.format;

import org.jspecify.annotations.NullMarked;
