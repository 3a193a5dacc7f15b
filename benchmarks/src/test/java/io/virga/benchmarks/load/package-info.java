@NullMarked
package io.virga.benchmarks.load;

import org.jspecify.annotations.NullMarked;
