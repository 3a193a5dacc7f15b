package io.virga.benchmarks.host;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/** How fast one core computes MD5, which every ETag needs. */
public final class HashSpeed {

  private static final int BLOCK_BYTES = 1 << 20;
  private static final long MEASURED_NANOS = 1_000_000_000L;

  private HashSpeed() {}

  /** Of one stream, after a warm-up of the same length; takes two seconds. */
  public static double md5BytesPerSecond() {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      byte[] block = new byte[BLOCK_BYTES];
      new Random(1).nextBytes(block);
      digestFor(digest, block);
      return digestFor(digest, block);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double digestFor(MessageDigest digest, byte[] block) {
    long started = System.nanoTime();
    long bytes = 0;
    while (System.nanoTime() - started < MEASURED_NANOS) {
      digest.update(block);
      bytes += block.length;
    }
    digest.reset();
    return bytes * 1e9 / (System.nanoTime() - started);
  }
}
