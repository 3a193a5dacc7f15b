/** Buckets: whose they are, making and deleting them, and what is set of them. */
@NullMarked
package io.virga.objectstore.s3.bucket;

import org.jspecify.annotations.NullMarked;
