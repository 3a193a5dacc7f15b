/** Bounds on how much there may be at once. */
@NullMarked
package io.virga.dataplane.limit;

import org.jspecify.annotations.NullMarked;
