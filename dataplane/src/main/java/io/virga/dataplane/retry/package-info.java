/** When to try again. */
@NullMarked
package io.virga.dataplane.retry;

import org.jspecify.annotations.NullMarked;
