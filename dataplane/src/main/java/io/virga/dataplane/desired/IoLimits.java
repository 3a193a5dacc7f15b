package io.virga.dataplane.desired;

/**
 * How much a volume may do in a second, all its exports together. Every limit that is set holds,
 * also beside others: a read passes {@code totalOperations}, {@code readOperations}, {@code
 * totalBytes} and {@code readBytes}. Flushes pass none.
 */
public record IoLimits(
    Rate totalOperations,
    Rate readOperations,
    Rate writeOperations,
    Rate totalBytes,
    Rate readBytes,
    Rate writeBytes) {

  /** Nothing is limited. */
  public static final IoLimits NONE =
      new IoLimits(Rate.NONE, Rate.NONE, Rate.NONE, Rate.NONE, Rate.NONE, Rate.NONE);

  /**
   * One limit.
   *
   * @param perSecond operations or bytes a second in the long run; 0 for no limit
   * @param burst how many may pass at once after a rest; 0 for what a tenth of a second is worth
   */
  public record Rate(long perSecond, long burst) {

    /** No limit. */
    public static final Rate NONE = new Rate(0, 0);

    public Rate {
      if (perSecond < 0 || burst < 0) {
        throw new IllegalArgumentException("a rate of " + perSecond + ", a burst of " + burst);
      }
    }
  }
}
