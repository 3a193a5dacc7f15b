@NullMarked
package io.virga.benchmarks.block;

import org.jspecify.annotations.NullMarked;
