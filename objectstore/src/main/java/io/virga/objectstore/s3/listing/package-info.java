/** Listings of buckets, objects, versions, uploads and parts. */
@NullMarked
package io.virga.objectstore.s3.listing;

import org.jspecify.annotations.NullMarked;
