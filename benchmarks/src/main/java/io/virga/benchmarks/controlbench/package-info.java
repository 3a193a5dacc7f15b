/** What control bears: requests a second, placements, and a fleet of simulated agents. */
@NullMarked
package io.virga.benchmarks.controlbench;

import org.jspecify.annotations.NullMarked;
