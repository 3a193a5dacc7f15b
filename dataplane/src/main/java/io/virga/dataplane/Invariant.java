package io.virga.dataplane;

/** What must always hold. A violation is a programmer's error, never a peer's. */
public final class Invariant {

  private Invariant() {}

  /** Always on. The message is evaluated eagerly: pass a constant on hot paths. */
  public static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException("invariant violated: " + message);
    }
  }
}
