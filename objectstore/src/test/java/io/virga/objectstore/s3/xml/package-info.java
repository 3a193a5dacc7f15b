/** Tests of the package. */
@NullMarked
package io.virga.objectstore.s3.xml;

import org.jspecify.annotations.NullMarked;
