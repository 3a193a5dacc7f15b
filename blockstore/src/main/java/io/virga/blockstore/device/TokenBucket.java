package io.virga.blockstore.device;

import io.virga.dataplane.desired.IoLimits;

/**
 * One limit, as a bucket that fills with what passes and leaks at the rate. Whoever finds no more
 * in it than the burst may pass, however much he brings: a large request is paid for by those
 * behind it. Time is the caller's, in nanoseconds of any origin that never run backwards. Owned by
 * one thread.
 */
final class TokenBucket {

  private static final long SECOND = 1_000_000_000L;
  private static final long DEFAULT_BURST_NANOS = SECOND / 10;

  private long perSecond;
  private long burstNanos;

  /** When all that has passed will have leaked. */
  private long emptyAt;

  /**
   * Parts of a nanosecond, of the size of one {@code perSecond}-th, that are still to be counted.
   */
  private long remainder;

  /** A bucket without a limit. */
  TokenBucket(long now) {
    emptyAt = now;
  }

  /** Sets another limit. What has passed and not leaked yet stays, and leaks at the new rate. */
  void limit(IoLimits.Rate rate, long now) {
    long level = Math.max(0, emptyAt - now);
    double change = rate.perSecond() == 0 ? 0 : (double) perSecond / rate.perSecond();
    perSecond = rate.perSecond();
    remainder = 0;
    emptyAt = now + (long) (level * change);
    burstNanos =
        perSecond == 0
            ? 0
            : (long) Math.max(DEFAULT_BURST_NANOS, (double) rate.burst() / perSecond * SECOND);
  }

  /** Whether there is a limit. */
  boolean isLimited() {
    return perSecond > 0;
  }

  /** How long until something may pass; 0 for now. */
  long waitNanos(long now) {
    return perSecond == 0 ? 0 : Math.max(0, emptyAt - now - burstNanos);
  }

  /** So many pass, up to 2^32. */
  void take(long amount, long now) {
    if (perSecond == 0) {
      return;
    }
    if (emptyAt - now < 0) {
      emptyAt = now;
      remainder = 0;
    }
    long parts = amount * SECOND + remainder;
    emptyAt += parts / perSecond;
    remainder = parts % perSecond;
  }
}
