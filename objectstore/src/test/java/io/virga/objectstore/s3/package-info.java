/** Tests of the package. */
@NullMarked
package io.virga.objectstore.s3;

import org.jspecify.annotations.NullMarked;
