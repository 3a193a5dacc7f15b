/** Tests of the package. */
@NullMarked
package io.virga.objectstore.index;

import org.jspecify.annotations.NullMarked;
