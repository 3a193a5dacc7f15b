/**
 * What is measured of a block server, how the figures are laid out, and what ours have to reach.
 */
@NullMarked
package io.virga.benchmarks.blockbench;

import org.jspecify.annotations.NullMarked;
