/** What is measured on object stores, and what ours has to reach. */
@NullMarked
package io.virga.benchmarks.objectbench;

import org.jspecify.annotations.NullMarked;
