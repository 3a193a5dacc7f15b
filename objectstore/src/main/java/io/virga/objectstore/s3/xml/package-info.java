/** The XML that S3 speaks: a small reader that expands nothing, and a writer. */
@NullMarked
package io.virga.objectstore.s3.xml;

import org.jspecify.annotations.NullMarked;
