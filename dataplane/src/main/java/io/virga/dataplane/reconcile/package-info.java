/** Bringing about what is desired, one thing at a time per key, again until it is so. */
@NullMarked
package io.virga.dataplane.reconcile;

import org.jspecify.annotations.NullMarked;
