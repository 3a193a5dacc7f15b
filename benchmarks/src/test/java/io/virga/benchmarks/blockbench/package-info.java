@NullMarked
package io.virga.benchmarks.blockbench;

import org.jspecify.annotations.NullMarked;
