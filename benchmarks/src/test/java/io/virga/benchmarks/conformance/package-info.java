@NullMarked
package io.virga.benchmarks.conformance;

import org.jspecify.annotations.NullMarked;
