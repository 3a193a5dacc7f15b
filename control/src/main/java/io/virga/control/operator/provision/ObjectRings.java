package io.virga.control.operator.provision;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Secrets;
import io.virga.dataplane.ring.InitialRing;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The rings of a home of one host: one device, one replica. */
final class ObjectRings {

  /** The secret that goes before every path that is hashed. */
  static final String HASH_PREFIX = "ring-hash-prefix";

  /** The device's name in the ring, the last part of its folder. */
  static final String DEVICE = "d1";

  private static final int HASH_PREFIX_BYTES = 16;
  private static final String LOOPBACK = "127.0.0.1";

  private ObjectRings() {}

  /** Makes the hash prefix, the rings and the storage policies that are not there. */
  static void ensure(Home home, CloudConfiguration cloud, Secrets secrets) {
    secrets.ensure(HASH_PREFIX, HASH_PREFIX_BYTES);
    try {
      InitialRing.ensureAll(home.rings(), LOOPBACK, cloud.ports().objectPeers(), DEVICE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the rings in " + home.rings(), e);
    }
  }
}
