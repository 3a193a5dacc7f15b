package io.virga.benchmarks.blocksoak;

import java.nio.ByteBuffer;

/**
 * What a client writes into a block: its stamp, which is of one write of one volume, and the
 * block's number, again and again, so that any part of it tells where it is from.
 */
final class Stamps {

  static final int BLOCK = 4096;

  /** Nothing but zeros. */
  static final long ZEROS = 0;

  /** Of no write: torn, or damaged. */
  static final long NONE = -1;

  private static final int VERSION_BITS = 40;

  private Stamps() {}

  /** The stamp of a write: numbers of the volume from 1, and of the write from 1. */
  static long of(int volume, long write) {
    return ((long) volume << VERSION_BITS) | write;
  }

  static int volume(long stamp) {
    return (int) (stamp >>> VERSION_BITS);
  }

  /** Fills a block at the buffer's position, and moves that. */
  static void put(ByteBuffer buffer, long stamp, long block) {
    for (int i = 0; i < BLOCK; i += 16) {
      buffer.putLong(stamp).putLong(block);
    }
  }

  /** The stamp of the block at the buffer's position, which is moved. */
  static long get(ByteBuffer buffer, long block) {
    long stamp = buffer.getLong();
    long number = buffer.getLong();
    boolean same = true;
    for (int i = 16; i < BLOCK; i += 16) {
      same &= buffer.getLong() == stamp;
      same &= buffer.getLong() == number;
    }
    boolean whole = stamp == ZEROS ? number == 0 : number == block;
    return same && whole ? stamp : NONE;
  }
}
