/** AWS Signature Version 4 as S3 uses it: header, query and chunked bodies. Pure functions. */
@NullMarked
package io.virga.objectstore.s3.signature;

import org.jspecify.annotations.NullMarked;
