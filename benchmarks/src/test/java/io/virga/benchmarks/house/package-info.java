/**
 * The rules of the house that a machine can check: who may import whom, and how large a thing may
 * grow.
 */
@NullMarked
package io.virga.benchmarks.house;

import org.jspecify.annotations.NullMarked;
