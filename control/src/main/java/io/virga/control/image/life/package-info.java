/** How images come to be and go. */
@NullMarked
package io.virga.control.image.life;

import org.jspecify.annotations.NullMarked;
