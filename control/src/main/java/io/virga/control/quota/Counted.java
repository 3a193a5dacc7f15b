package io.virga.control.quota;

/** What a quota limits. */
public interface Counted {

  /** What the database calls it; never that of another. */
  String key();

  /** The member's name in a quota set. */
  String label();

  /** As faults name it. */
  default String named() {
    return label();
  }

  /** What a project may use for which nothing was set, nor for all; {@link Quota#UNLIMITED}. */
  long defaultLimit();
}
