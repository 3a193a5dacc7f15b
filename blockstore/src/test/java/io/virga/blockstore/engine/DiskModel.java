package io.virga.blockstore.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a volume must hold: a stamp for each sector, and what it may hold instead after a crash. */
final class DiskModel {

  static final int SECTOR = 512;

  private long[] stamps;
  private final Map<Integer, Set<Long>> alternatives = new HashMap<>();

  DiskModel(long sizeBytes) {
    stamps = new long[(int) (sizeBytes / SECTOR)];
  }

  DiskModel copy(long sizeBytes) {
    DiskModel copy = new DiskModel(sizeBytes);
    System.arraycopy(stamps, 0, copy.stamps, 0, stamps.length);
    return copy;
  }

  long sizeBytes() {
    return (long) stamps.length * SECTOR;
  }

  void grow(long sizeBytes) {
    stamps = Arrays.copyOf(stamps, (int) (sizeBytes / SECTOR));
  }

  /** Begins a change; from now on, and until it is settled, old and new are both possible. */
  void set(long offset, long length, long stamp) {
    for (int sector = (int) (offset / SECTOR); sector < (offset + length) / SECTOR; sector++) {
      alternatives.computeIfAbsent(sector, s -> new HashSet<>()).add(stamps[sector]);
      stamps[sector] = stamp;
    }
  }

  /** Begins a change to what another holds, and zeros behind it. */
  void revert(DiskModel other) {
    for (int sector = 0; sector < stamps.length; sector++) {
      set((long) sector * SECTOR, SECTOR, sector < other.stamps.length ? other.stamps[sector] : 0);
    }
  }

  /** Begins a change of a range to what another, or this, holds at an offset. */
  void take(DiskModel other, long otherOffset, long length, long offset) {
    int first = (int) (otherOffset / SECTOR);
    for (int i = 0; i < length / SECTOR; i++) {
      set(offset + (long) i * SECTOR, SECTOR, other.stamps[first + i]);
    }
  }

  /** All that has completed is durable. */
  void settle() {
    alternatives.clear();
  }

  /** The first sector that is wrong in the bytes, or -1. */
  int firstWrong(byte[] bytes) {
    for (int sector = 0; sector < stamps.length; sector++) {
      if (stampOf(bytes, sector) != stamps[sector]) {
        return sector;
      }
    }
    return -1;
  }

  /**
   * The first sector that may not be so, or -1; what the bytes hold is what must be from now on.
   */
  int firstImpossible(byte[] bytes) {
    for (int sector = 0; sector < stamps.length; sector++) {
      long found = stampOf(bytes, sector);
      boolean possible =
          found == stamps[sector] || alternatives.getOrDefault(sector, Set.of()).contains(found);
      if (!possible) {
        return sector;
      }
      stamps[sector] = found;
    }
    settle();
    return -1;
  }

  static byte[] pattern(long length, long stamp) {
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (stamp >>> (8 * (i % 8)));
    }
    return bytes;
  }

  /** The stamp of a sector, or -1 if it is torn. */
  static long stampOf(byte[] bytes, int sector) {
    long stamp = 0;
    for (int i = 7; i >= 0; i--) {
      stamp = (stamp << 8) | (bytes[sector * SECTOR + i] & 0xff);
    }
    for (int i = 0; i < SECTOR; i++) {
      if (bytes[sector * SECTOR + i] != (byte) (stamp >>> (8 * (i % 8)))) {
        return -1;
      }
    }
    return stamp;
  }

  boolean isPossible(int sector, long stamp) {
    return alternatives.getOrDefault(sector, Set.of()).contains(stamp);
  }

  long stamp(int sector) {
    return stamps[sector];
  }
}
