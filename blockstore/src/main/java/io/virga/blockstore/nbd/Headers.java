package io.virga.blockstore.nbd;

/** How requests and replies begin, as agreed on (proto.md, "Transmission"). */
enum Headers {
  /** Replies without types; only one to a read has data. */
  SIMPLE,
  /** Replies in chunks; what brings no data may still be a simple one. */
  STRUCTURED,
  /** Requests and replies with 64-bit lengths; every reply is in chunks. */
  EXTENDED;

  /** Whether the client can read chunks. */
  boolean chunks() {
    return this != SIMPLE;
  }
}
