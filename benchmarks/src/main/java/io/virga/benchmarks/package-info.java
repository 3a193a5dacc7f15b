/** benchmarks. */
@org.jspecify.annotations.NullMarked
package io.virga.benchmarks;
