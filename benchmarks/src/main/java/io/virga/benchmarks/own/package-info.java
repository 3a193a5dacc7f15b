/** Single processes of ours, as {@code ./virga up} would start them. */
@NullMarked
package io.virga.benchmarks.own;

import org.jspecify.annotations.NullMarked;
