/** Tests of the package. */
@NullMarked
package io.virga.objectstore.log;

import org.jspecify.annotations.NullMarked;
