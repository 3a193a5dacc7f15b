/** Tags of buckets and objects. */
@NullMarked
package io.virga.objectstore.s3.tagging;

import org.jspecify.annotations.NullMarked;
