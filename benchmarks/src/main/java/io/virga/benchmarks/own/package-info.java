/**
 * Single processes of ours, as {@code ./virga up} would start them, and what stands in for the
 * others.
 */
@NullMarked
package io.virga.benchmarks.own;

import org.jspecify.annotations.NullMarked;
