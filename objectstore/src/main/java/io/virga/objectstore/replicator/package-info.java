/**
 * Brings replicas to the same: what one missed it gets from another, what stands where the ring
 * does not place it goes where it belongs.
 */
@NullMarked
package io.virga.objectstore.replicator;

import org.jspecify.annotations.NullMarked;
