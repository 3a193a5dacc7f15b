package io.virga.dataplane.digest;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * MD5's compression of one block after the other (RFC 1321 §3.4), for what the lanes leave over.
 */
final class Md5Block {

  static final int BYTES = 64;
  static final int WORDS = 16;

  /** Blocks that are copied from off-heap memory at once: 4 KiB stay in the first-level cache. */
  static final int RUN = 64;

  /** All memory: what is addressed must be alive and long enough, nothing checks that. */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int[] SINES = sines();

  private Md5Block() {}

  /** {@code floor(2^32 × |sin(i + 1)|)}, the constant of step i. */
  static int[] sines() {
    int[] sines = new int[4 * WORDS];
    for (int i = 0; i < sines.length; i++) {
      sines[i] = (int) (long) (Math.abs(StrictMath.sin(i + 1)) * (1L << Integer.SIZE));
    }
    return sines;
  }

  static int[] initialState() {
    return new int[] {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  }

  /**
   * Compresses blocks that lie off the heap.
   *
   * @param scratch of at least {@value #RUN} blocks' words
   */
  static void compress(int[] state, long address, int blocks, int[] scratch) {
    for (int done = 0; done < blocks; done += RUN) {
      int run = Math.min(RUN, blocks - done);
      MemorySegment.copy(MEMORY, WORD, address + (long) done * BYTES, scratch, 0, run * WORDS);
      for (int block = 0; block < run; block++) {
        compress(state, scratch, block * WORDS);
      }
    }
  }

  /** Compresses the block whose 16 words begin at the offset. */
  static void compress(int[] state, int[] words, int offset) {
    int[] k = SINES;
    int[] m = words;
    int o = offset;
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    for (int i = 0; i < WORDS; i += 4) {
      a = f(a, b, c, d, m[o + i] + k[i], 7);
      d = f(d, a, b, c, m[o + i + 1] + k[i + 1], 12);
      c = f(c, d, a, b, m[o + i + 2] + k[i + 2], 17);
      b = f(b, c, d, a, m[o + i + 3] + k[i + 3], 22);
    }
    for (int i = 0; i < WORDS; i += 4) {
      a = g(a, b, c, d, m[o + ((5 * i + 1) & 15)] + k[i + 16], 5);
      d = g(d, a, b, c, m[o + ((5 * i + 6) & 15)] + k[i + 17], 9);
      c = g(c, d, a, b, m[o + ((5 * i + 11) & 15)] + k[i + 18], 14);
      b = g(b, c, d, a, m[o + ((5 * i + 16) & 15)] + k[i + 19], 20);
    }
    for (int i = 0; i < WORDS; i += 4) {
      a = h(a, b, c, d, m[o + ((3 * i + 5) & 15)] + k[i + 32], 4);
      d = h(d, a, b, c, m[o + ((3 * i + 8) & 15)] + k[i + 33], 11);
      c = h(c, d, a, b, m[o + ((3 * i + 11) & 15)] + k[i + 34], 16);
      b = h(b, c, d, a, m[o + ((3 * i + 14) & 15)] + k[i + 35], 23);
    }
    for (int i = 0; i < WORDS; i += 4) {
      a = i(a, b, c, d, m[o + ((7 * i) & 15)] + k[i + 48], 6);
      d = i(d, a, b, c, m[o + ((7 * i + 7) & 15)] + k[i + 49], 10);
      c = i(c, d, a, b, m[o + ((7 * i + 14) & 15)] + k[i + 50], 15);
      b = i(b, c, d, a, m[o + ((7 * i + 21) & 15)] + k[i + 51], 21);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }

  private static int f(int a, int b, int c, int d, int word, int shift) {
    return Integer.rotateLeft(a + word + (d ^ (b & (c ^ d))), shift) + b;
  }

  private static int g(int a, int b, int c, int d, int word, int shift) {
    return Integer.rotateLeft(a + word + (~d & c) + (d & b), shift) + b;
  }

  private static int h(int a, int b, int c, int d, int word, int shift) {
    return Integer.rotateLeft(a + word + (c ^ d ^ b), shift) + b;
  }

  private static int i(int a, int b, int c, int d, int word, int shift) {
    return Integer.rotateLeft(a + word + (c ^ (b | ~d)), shift) + b;
  }
}
