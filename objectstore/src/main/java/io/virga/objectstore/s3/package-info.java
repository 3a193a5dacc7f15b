/** The S3 API. Buckets are containers of the signer's account. */
@NullMarked
package io.virga.objectstore.s3;

import org.jspecify.annotations.NullMarked;
