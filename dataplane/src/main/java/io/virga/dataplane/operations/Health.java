package io.virga.dataplane.operations;

/**
 * How a part is.
 *
 * @param detail one line for the operator; never a secret
 */
public record Health(Status status, String detail) {

  /** From best to worst. */
  public enum Status {
    UP,
    /** Serves, but something is wanting. */
    DEGRADED,
    DOWN
  }

  public static Health up(String detail) {
    return new Health(Status.UP, detail);
  }

  public static Health degraded(String detail) {
    return new Health(Status.DEGRADED, detail);
  }

  public static Health down(String detail) {
    return new Health(Status.DOWN, detail);
  }
}
