package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.FlowKey;

/**
 * Cookies say who made a flow, in which table it is and in which lot of the table's: {@code
 * 0x5649524741} ("VIRGA"), the lot, the table. By its cookie a lot is found without the others.
 */
public final class Cookies {

  /** Lots of a table. */
  public static final int LOTS = 64;

  private static final long VIRGA = 0x5649524741L << 24;

  private Cookies() {}

  static long of(FlowKey key) {
    return of(key.table(), Math.floorMod(key.match().hashCode(), LOTS));
  }

  /**
   * Of all flows of a lot.
   *
   * @param lot 0 to 63
   */
  public static long of(int table, int lot) {
    return VIRGA | (long) lot << 8 | table;
  }
}
