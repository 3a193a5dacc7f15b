/** What the small guest does by itself, without starting one. */
@NullMarked
package io.virga.benchmarks.guest;

import org.jspecify.annotations.NullMarked;
