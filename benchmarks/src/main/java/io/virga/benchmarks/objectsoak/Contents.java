package io.virga.benchmarks.objectsoak;

import java.util.Random;

/** The bytes of a version of an object, made again whenever they are asked for. */
final class Contents {

  /** Below this a device keeps an object in its journal. */
  private static final int SMALL_BYTES = 4 << 10;

  private static final int MEDIUM_BYTES = 64 << 10;
  private static final int LARGE_BYTES = 1 << 20;

  private Contents() {}

  static byte[] of(String name, int version) {
    Random random = new Random(31L * name.hashCode() + version);
    byte[] bytes = new byte[lengthBytes(random)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static int lengthBytes(Random random) {
    int kind = random.nextInt(100);
    int most = kind < 60 ? SMALL_BYTES : kind < 99 ? MEDIUM_BYTES : LARGE_BYTES;
    return random.nextInt(most);
  }
}
