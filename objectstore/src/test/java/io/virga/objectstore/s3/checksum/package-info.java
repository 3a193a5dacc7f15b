/** Tests of the package. */
@NullMarked
package io.virga.objectstore.s3.checksum;

import org.jspecify.annotations.NullMarked;
