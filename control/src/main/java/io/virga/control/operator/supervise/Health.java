package io.virga.control.operator.supervise;

/**
 * What a probe found.
 *
 * @param detail why it is not well; empty when it is
 */
public record Health(Level level, String detail) {

  /** From best to worst. A degraded process serves, but not all is well. */
  public enum Level {
    UP,
    DEGRADED,
    DOWN
  }

  public static Health up() {
    return new Health(Level.UP, "");
  }

  public static Health degraded(String detail) {
    return new Health(Level.DEGRADED, detail);
  }

  public static Health down(String detail) {
    return new Health(Level.DOWN, detail);
  }
}
