package io.virga.objectstore.audit;

import java.time.Duration;

/**
 * How a device is audited.
 *
 * @param bytesPerSecond the most that is read
 * @param interval from the beginning of a pass to that of the next; a pass that takes longer is
 *     followed by the next at once
 */
public record AuditOptions(long bytesPerSecond, Duration interval) {

  private static final long MIB = 1L << 20;

  /** What suits a node of its own. */
  public static AuditOptions defaults() {
    return new AuditOptions(10 * MIB, Duration.ofDays(1));
  }
}
