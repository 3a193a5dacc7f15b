/**
 * Digests: MD5 of many streams at once, which {@link io.virga.dataplane.digest.Md5Streams} begins,
 * and SHA-256 of what is small.
 */
@NullMarked
package io.virga.dataplane.digest;

import org.jspecify.annotations.NullMarked;
