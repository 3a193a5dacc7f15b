package io.virga.benchmarks.blockbench;

/**
 * What one server did in one field of the table.
 *
 * @param volume what is measured: the server, and of ours also which volume
 * @param serverMicrosPerOperation processor time of all processes of the server
 * @param othersBusyPercent how much of one core neither the server nor its client used, but others
 */
public record BlockMeasurement(
    String volume,
    String what,
    BlockCell cell,
    LoadResult result,
    double serverMicrosPerOperation,
    double othersBusyPercent) {

  /** For whoever waits. */
  public String line() {
    return "%s: %s: %.0f op/s, %.2f µs of the server's core each, client idle for %.0f %%"
        .formatted(
            volume, what, result.perSecond(), serverMicrosPerOperation, result.idlePercent());
  }
}
