/** What can run for long while things are broken on purpose: one class a soak. */
@NullMarked
package io.virga.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
