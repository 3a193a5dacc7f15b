/** Multipart uploads: their parts, their completion, and the listings of both. */
@NullMarked
package io.virga.objectstore.s3.multipart;

import org.jspecify.annotations.NullMarked;
