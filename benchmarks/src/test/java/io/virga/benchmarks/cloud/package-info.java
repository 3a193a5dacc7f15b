/** Tests of the load and of the faults themselves, without a cloud. */
@NullMarked
package io.virga.benchmarks.cloud;

import org.jspecify.annotations.NullMarked;
