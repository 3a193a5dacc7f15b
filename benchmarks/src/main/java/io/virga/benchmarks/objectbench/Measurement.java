package io.virga.benchmarks.objectbench;

import io.virga.benchmarks.load.LoadResult;

/**
 * What one store did in one field of the table.
 *
 * @param serverMicrosPerOperation processor time of all processes of the store; what others do on
 *     the same core matters little for it
 * @param othersBusyPercent how much of one core neither the store nor the load used, but others
 */
public record Measurement(
    String store,
    String what,
    Cell cell,
    LoadResult result,
    double serverMicrosPerOperation,
    double othersBusyPercent) {}
