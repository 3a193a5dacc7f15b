/** Tests of image streaming. */
@NullMarked
package io.virga.blockstore.image;

import org.jspecify.annotations.NullMarked;
