/** Clients of an object store that remember what was acknowledged, and check that it is so. */
@NullMarked
package io.virga.benchmarks.objectsoak;

import org.jspecify.annotations.NullMarked;
