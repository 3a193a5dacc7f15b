/** The tables of images. */
@NullMarked
package io.virga.control.image.store;

import org.jspecify.annotations.NullMarked;
