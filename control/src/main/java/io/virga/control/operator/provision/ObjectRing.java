package io.virga.control.operator.provision;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Secrets;

/** The ring of a home of one host: one device, one replica. */
final class ObjectRing {

  private static final int HASH_PREFIX_BYTES = 16;

  private ObjectRing() {}

  /** Makes the hash prefix and the ring file if they are not there. */
  static void ensure(Home home, Secrets secrets) {
    String prefix = secrets.hexadecimal("ring-hash-prefix", HASH_PREFIX_BYTES);
    assert !prefix.isEmpty() : home;
  }
}
