package io.virga.dataplane.digest;

import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Brings the words of the lanes' blocks side by side: word w of all lanes, then word w + 1. A
 * square of vectors is transposed by exchanging its rows' elements at distances 1, 2, 4 and 8.
 */
final class Transposition {

  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final IntVector LEFT_1 = left(1);
  private static final IntVector RIGHT_1 = right(1);
  private static final IntVector LEFT_2 = left(2);
  private static final IntVector RIGHT_2 = right(2);
  private static final IntVector LEFT_4 = left(4);
  private static final IntVector RIGHT_4 = right(4);
  private static final IntVector LEFT_8 = left(8);
  private static final IntVector RIGHT_8 = right(8);

  private Transposition() {}

  /** Which elements of two rows, the second's counted behind the first's, make the new first. */
  private static IntVector left(int distance) {
    int[] from = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      from[i] = (i & distance) == 0 ? i : LANES + (i ^ distance);
    }
    return IntVector.fromArray(SPECIES, from, 0);
  }

  private static IntVector right(int distance) {
    int[] from = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      from[i] = (i & distance) == 0 ? (i ^ distance) % LANES : LANES + i;
    }
    return IntVector.fromArray(SPECIES, from, 0);
  }

  /**
   * @param offset of the block from the lanes' addresses
   * @param words of all lanes
   */
  static void transpose(long[] addresses, long offset, int[] words) {
    for (int square = 0; square < Md5Block.WORDS / LANES; square++) {
      int base = square * LANES * LANES;
      long from = offset + (long) square * LANES * Integer.BYTES;
      for (int row = 0; row < LANES; row += 4) {
        IntVector w = load(addresses[row] + from);
        IntVector x = load(addresses[row + 1] + from);
        IntVector y = load(addresses[row + 2] + from);
        IntVector z = load(addresses[row + 3] + from);
        IntVector w1 = LEFT_1.selectFrom(w, x);
        IntVector x1 = RIGHT_1.selectFrom(w, x);
        IntVector y1 = LEFT_1.selectFrom(y, z);
        IntVector z1 = RIGHT_1.selectFrom(y, z);
        LEFT_2.selectFrom(w1, y1).intoArray(words, base + row * LANES);
        LEFT_2.selectFrom(x1, z1).intoArray(words, base + (row + 1) * LANES);
        RIGHT_2.selectFrom(w1, y1).intoArray(words, base + (row + 2) * LANES);
        RIGHT_2.selectFrom(x1, z1).intoArray(words, base + (row + 3) * LANES);
      }
      if (LANES == 16) {
        exchangeFar(words);
      } else {
        exchangeNear(words, base);
      }
    }
  }

  private static IntVector load(long address) {
    return IntVector.fromMemorySegment(SPECIES, Md5Block.MEMORY, address, ByteOrder.LITTLE_ENDIAN);
  }

  private static void exchangeNear(int[] words, int base) {
    for (int row = base; row < base + 4 * LANES; row += LANES) {
      IntVector w = IntVector.fromArray(SPECIES, words, row);
      IntVector x = IntVector.fromArray(SPECIES, words, row + 4 * LANES);
      LEFT_4.selectFrom(w, x).intoArray(words, row);
      RIGHT_4.selectFrom(w, x).intoArray(words, row + 4 * LANES);
    }
  }

  private static void exchangeFar(int[] words) {
    for (int row = 0; row < 4 * LANES; row += LANES) {
      IntVector w = IntVector.fromArray(SPECIES, words, row);
      IntVector x = IntVector.fromArray(SPECIES, words, row + 4 * LANES);
      IntVector y = IntVector.fromArray(SPECIES, words, row + 8 * LANES);
      IntVector z = IntVector.fromArray(SPECIES, words, row + 12 * LANES);
      IntVector w4 = LEFT_4.selectFrom(w, x);
      IntVector x4 = RIGHT_4.selectFrom(w, x);
      IntVector y4 = LEFT_4.selectFrom(y, z);
      IntVector z4 = RIGHT_4.selectFrom(y, z);
      LEFT_8.selectFrom(w4, y4).intoArray(words, row);
      LEFT_8.selectFrom(x4, z4).intoArray(words, row + 4 * LANES);
      RIGHT_8.selectFrom(w4, y4).intoArray(words, row + 8 * LANES);
      RIGHT_8.selectFrom(x4, z4).intoArray(words, row + 12 * LANES);
    }
  }
}
