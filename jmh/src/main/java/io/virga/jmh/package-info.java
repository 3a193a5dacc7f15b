/** Micro-benchmarks of the hot functions, and how they are measured. */
@NullMarked
package io.virga.jmh;

import org.jspecify.annotations.NullMarked;
