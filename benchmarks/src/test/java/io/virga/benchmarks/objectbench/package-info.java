@NullMarked
package io.virga.benchmarks.objectbench;

import org.jspecify.annotations.NullMarked;
