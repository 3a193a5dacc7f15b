/**
 * What a device does for whoever coordinates requests, on this node or another. A replica knows
 * nothing of other replicas: it merges what it is told, refuses what is out of date, and says
 * whether it has all of a partition.
 */
@NullMarked
package io.virga.objectstore.replica;

import org.jspecify.annotations.NullMarked;
