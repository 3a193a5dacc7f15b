/** An image, as it is kept. */
@NullMarked
package io.virga.control.image.model;

import org.jspecify.annotations.NullMarked;
