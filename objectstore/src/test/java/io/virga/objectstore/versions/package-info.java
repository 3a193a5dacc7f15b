/** Tests of the package. */
@NullMarked
package io.virga.objectstore.versions;

import org.jspecify.annotations.NullMarked;
