/** HTTP as both APIs see it: a request, a reply, and what ranges and conditions mean. */
@NullMarked
package io.virga.objectstore.http;

import org.jspecify.annotations.NullMarked;
