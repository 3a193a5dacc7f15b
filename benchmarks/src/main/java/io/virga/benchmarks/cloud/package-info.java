/**
 * A whole cloud under test: started by {@code ./virga up} in its own home, used by stock clients.
 */
@NullMarked
package io.virga.benchmarks.cloud;

import org.jspecify.annotations.NullMarked;
