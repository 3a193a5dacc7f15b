/** What all S3 operations share: a request with its body, errors, and texts. */
@NullMarked
package io.virga.objectstore.s3.protocol;

import org.jspecify.annotations.NullMarked;
