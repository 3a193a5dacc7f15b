/**
 * A whole cluster on one thread: placement, quorums, replication and repair as they are, over
 * simulated time, network, clocks and disks. What comes of a seed is the same each time.
 */
@NullMarked
package io.virga.objectstore.simulation;

import org.jspecify.annotations.NullMarked;
