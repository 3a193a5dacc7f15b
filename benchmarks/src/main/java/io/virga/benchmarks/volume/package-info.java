/** Block servers that can be started for a measurement: ours and its rivals. */
@NullMarked
package io.virga.benchmarks.volume;

import org.jspecify.annotations.NullMarked;
