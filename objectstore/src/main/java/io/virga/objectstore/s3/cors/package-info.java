/** Cross-origin rules of buckets: preflight requests and headers of replies. */
@NullMarked
package io.virga.objectstore.s3.cors;

import org.jspecify.annotations.NullMarked;
