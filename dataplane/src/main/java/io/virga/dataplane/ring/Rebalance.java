package io.virga.dataplane.ring;

/**
 * What a rebalance has done.
 *
 * @param moved how many slots went from one device to another
 * @param placed how many slots are new: all of a first ring, and those of added replicas
 */
public record Rebalance(Ring ring, int moved, int placed) {}
