/** Tests of the package. */
@NullMarked
package io.virga.objectstore.record;

import org.jspecify.annotations.NullMarked;
