/** Tests of the package. */
@NullMarked
package io.virga.objectstore.s3.signature;

import org.jspecify.annotations.NullMarked;
