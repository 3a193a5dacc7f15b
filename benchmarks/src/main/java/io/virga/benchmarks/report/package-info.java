/**
 * Figures with their goals and rivals, as a table for people and as JSON for whoever reads them
 * later.
 */
@NullMarked
package io.virga.benchmarks.report;

import org.jspecify.annotations.NullMarked;
