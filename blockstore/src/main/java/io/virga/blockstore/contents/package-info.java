/** The contents of volumes as they are at one moment, for images that are made of them. */
@NullMarked
package io.virga.blockstore.contents;

import org.jspecify.annotations.NullMarked;
