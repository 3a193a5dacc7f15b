package io.virga.netagent.pipeline;

/** Cookies say who made a flow: {@code 0x5649524741} ("VIRGA") and the table. */
final class Cookies {

  private static final long VIRGA = 0x5649524741L << 24;

  private Cookies() {}

  static long of(int table) {
    return VIRGA | table;
  }
}
