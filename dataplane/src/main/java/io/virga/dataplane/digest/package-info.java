/** MD5 of many streams at once: {@link io.virga.dataplane.digest.Md5Streams} begins one. */
@NullMarked
package io.virga.dataplane.digest;

import org.jspecify.annotations.NullMarked;
