/** Public conformance tests, run on servers and counted strictly. */
@NullMarked
package io.virga.benchmarks.conformance;

import org.jspecify.annotations.NullMarked;
