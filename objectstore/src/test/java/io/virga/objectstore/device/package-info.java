/** Tests of the package. */
@NullMarked
package io.virga.objectstore.device;

import org.jspecify.annotations.NullMarked;
