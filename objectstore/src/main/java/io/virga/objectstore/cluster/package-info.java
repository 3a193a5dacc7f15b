/**
 * Quorums: how what several replicas know becomes one answer. A write counts when a majority of a
 * partition's slots has made it durable; a read asks so many slots that one of them must have seen
 * every such write.
 */
@NullMarked
package io.virga.objectstore.cluster;

import org.jspecify.annotations.NullMarked;
