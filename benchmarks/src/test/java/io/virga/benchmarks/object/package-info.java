@NullMarked
package io.virga.benchmarks.object;

import org.jspecify.annotations.NullMarked;
