/** The checksums of S3: their algorithms, what a request says of them, and how they combine. */
@NullMarked
package io.virga.objectstore.s3.checksum;

import org.jspecify.annotations.NullMarked;
