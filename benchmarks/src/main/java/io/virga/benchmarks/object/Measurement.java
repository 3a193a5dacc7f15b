package io.virga.benchmarks.object;

import io.virga.benchmarks.load.LoadResult;

/**
 * What one store did in one field of the table.
 *
 * @param serverBusyPercent of its core, over the warm-up and the measured time
 */
public record Measurement(
    String store, String what, Cell cell, LoadResult result, double serverBusyPercent) {}
