/** What can be measured: one class a scenario. */
@NullMarked
package io.virga.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
