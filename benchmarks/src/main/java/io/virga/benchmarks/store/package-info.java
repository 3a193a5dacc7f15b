/** Object stores as servers of their own: ours as it is provisioned, and its rivals. */
@NullMarked
package io.virga.benchmarks.store;

import org.jspecify.annotations.NullMarked;
