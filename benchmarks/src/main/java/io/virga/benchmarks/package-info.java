/** Whole servers under load, measured. */
@NullMarked
package io.virga.benchmarks;

import org.jspecify.annotations.NullMarked;
