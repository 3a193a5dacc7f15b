package io.virga.control.operator.provision;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Secrets;
import io.virga.dataplane.ring.InitialRing;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The rings of a home of one host: one device, one replica. */
final class ObjectRing {

  /** The secret that goes before every path that is hashed. */
  static final String HASH_PREFIX = "ring-hash-prefix";

  /** The device's name in the ring, the last part of its folder. */
  static final String DEVICE = "d1";

  private static final int HASH_PREFIX_BYTES = 16;
  private static final String LOOPBACK = "127.0.0.1";
  private static final List<String> RINGS =
      List.of("account.ring", "container.ring", Rings.objectFile(0));

  private ObjectRing() {}

  /** Makes the hash prefix and the rings if they are not there. */
  static void ensure(Home home, CloudConfiguration cloud, Secrets secrets) {
    secrets.ensure(HASH_PREFIX, HASH_PREFIX_BYTES);
    try {
      for (String ring : RINGS) {
        InitialRing.ensure(home.rings().resolve(ring), LOOPBACK, cloud.ports().objectPeers(), DEVICE);
      }
      Path policies = home.rings().resolve(Rings.POLICIES);
      if (!Files.exists(policies)) {
        StoragePolicies.INITIAL.write(policies);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the rings in " + home.rings(), e);
    }
  }
}
