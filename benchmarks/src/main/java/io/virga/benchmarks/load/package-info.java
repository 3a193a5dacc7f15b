/**
 * A load generator for HTTP stores that must never be what is measured: raw requests that were made
 * beforehand, one event loop, a closed loop for each connection.
 */
@NullMarked
package io.virga.benchmarks.load;

import org.jspecify.annotations.NullMarked;
