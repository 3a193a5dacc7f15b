/** Tests of the package. */
@NullMarked
package io.virga.objectstore.store;

import org.jspecify.annotations.NullMarked;
