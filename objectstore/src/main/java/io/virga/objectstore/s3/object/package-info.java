/** Objects: their headers, reading, writing, copying and deleting them. */
@NullMarked
package io.virga.objectstore.s3.object;

import org.jspecify.annotations.NullMarked;
