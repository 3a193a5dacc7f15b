package io.virga.dataplane.ring;

/**
 * The 128 bits that stand for a path in the ring and in the index of a device. Unsigned order of
 * (high, low) is the order of partitions, so that a partition is one range of an index.
 */
public record PathHash(long high, long low) {

  /** How many bytes a hash is. */
  public static final int BYTES = 16;

  /** The partition of this hash in a ring of {@code 2^partPower} partitions. */
  public int partition(int partPower) {
    return partPower == 0 ? 0 : (int) (high >>> (Long.SIZE - partPower));
  }

  /** The hash as 16 bytes, most significant first. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      int shift = Long.SIZE - Byte.SIZE * (i + 1);
      bytes[i] = (byte) (high >>> shift);
      bytes[i + Long.BYTES] = (byte) (low >>> shift);
    }
    return bytes;
  }
}
