package io.virga.dataplane.digest;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * MD5 in the lanes of the machine's vectors: 16 with AVX-512, 8 with AVX2. To be touched only where
 * module {@code jdk.incubator.vector} is.
 *
 * <p>The shape is the compiler's. About five steps of MD5 are all that C2 inlines into one method
 * before it gives up and boxes the vectors, so a round is a loop of four steps in a method of its
 * own, and the rounds are called through an interface with four implementations, which it does not
 * inline into one again.
 */
final class VectorKernel implements LaneKernel {

  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WORDS = Md5Block.WORDS;

  /** Where the state of a block is kept between its rounds: behind what it began with. */
  private static final int BETWEEN = 4 * LANES;

  private static final int[] SINES = broadcast(Md5Block.sines());
  private static final int[] PLACES = places();
  private static final Round[] ROUNDS = {
    VectorKernel::first, VectorKernel::second, VectorKernel::third, VectorKernel::fourth
  };

  private final int[] words = new int[WORDS * LANES];
  private final int[] rounds = new int[8 * LANES];

  private interface Round {
    void apply(int[] rounds, int[] words);
  }

  /** Whether the machine has vectors that are worth it. */
  static boolean isFit() {
    return LANES == 8 || LANES == 16;
  }

  private static int[] broadcast(int[] values) {
    int[] all = new int[values.length * LANES];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i / LANES];
    }
    return all;
  }

  /** Where the lanes' word of each step begins. */
  private static int[] places() {
    int[] places = new int[4 * WORDS];
    for (int i = 0; i < WORDS; i++) {
      places[i] = i * LANES;
      places[WORDS + i] = ((5 * i + 1) & 15) * LANES;
      places[2 * WORDS + i] = ((3 * i + 5) & 15) * LANES;
      places[3 * WORDS + i] = ((7 * i) & 15) * LANES;
    }
    return places;
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void compress(int[] state, long[] addresses, int blocks) {
    System.arraycopy(state, 0, rounds, 0, BETWEEN);
    for (int block = 0; block < blocks; block++) {
      Transposition.transpose(addresses, (long) block * Md5Block.BYTES, words);
      for (Round round : ROUNDS) {
        round.apply(rounds, words);
      }
    }
    System.arraycopy(rounds, 0, state, 0, BETWEEN);
  }

  private static void first(int[] rounds, int[] words) {
    IntVector a = at(rounds, 0);
    IntVector b = at(rounds, LANES);
    IntVector c = at(rounds, 2 * LANES);
    IntVector d = at(rounds, 3 * LANES);
    for (int i = 0; i < WORDS; i += 4) {
      a = f(a, b, c, d, word(words, i), 7);
      d = f(d, a, b, c, word(words, i + 1), 12);
      c = f(c, d, a, b, word(words, i + 2), 17);
      b = f(b, c, d, a, word(words, i + 3), 22);
    }
    a.intoArray(rounds, BETWEEN);
    b.intoArray(rounds, BETWEEN + LANES);
    c.intoArray(rounds, BETWEEN + 2 * LANES);
    d.intoArray(rounds, BETWEEN + 3 * LANES);
  }

  private static void second(int[] rounds, int[] words) {
    IntVector a = at(rounds, BETWEEN);
    IntVector b = at(rounds, BETWEEN + LANES);
    IntVector c = at(rounds, BETWEEN + 2 * LANES);
    IntVector d = at(rounds, BETWEEN + 3 * LANES);
    for (int i = WORDS; i < 2 * WORDS; i += 4) {
      a = g(a, b, c, d, word(words, i), 5);
      d = g(d, a, b, c, word(words, i + 1), 9);
      c = g(c, d, a, b, word(words, i + 2), 14);
      b = g(b, c, d, a, word(words, i + 3), 20);
    }
    a.intoArray(rounds, BETWEEN);
    b.intoArray(rounds, BETWEEN + LANES);
    c.intoArray(rounds, BETWEEN + 2 * LANES);
    d.intoArray(rounds, BETWEEN + 3 * LANES);
  }

  private static void third(int[] rounds, int[] words) {
    IntVector a = at(rounds, BETWEEN);
    IntVector b = at(rounds, BETWEEN + LANES);
    IntVector c = at(rounds, BETWEEN + 2 * LANES);
    IntVector d = at(rounds, BETWEEN + 3 * LANES);
    for (int i = 2 * WORDS; i < 3 * WORDS; i += 4) {
      a = h(a, b, c, d, word(words, i), 4);
      d = h(d, a, b, c, word(words, i + 1), 11);
      c = h(c, d, a, b, word(words, i + 2), 16);
      b = h(b, c, d, a, word(words, i + 3), 23);
    }
    a.intoArray(rounds, BETWEEN);
    b.intoArray(rounds, BETWEEN + LANES);
    c.intoArray(rounds, BETWEEN + 2 * LANES);
    d.intoArray(rounds, BETWEEN + 3 * LANES);
  }

  private static void fourth(int[] rounds, int[] words) {
    IntVector a = at(rounds, BETWEEN);
    IntVector b = at(rounds, BETWEEN + LANES);
    IntVector c = at(rounds, BETWEEN + 2 * LANES);
    IntVector d = at(rounds, BETWEEN + 3 * LANES);
    for (int i = 3 * WORDS; i < 4 * WORDS; i += 4) {
      a = i(a, b, c, d, word(words, i), 6);
      d = i(d, a, b, c, word(words, i + 1), 10);
      c = i(c, d, a, b, word(words, i + 2), 15);
      b = i(b, c, d, a, word(words, i + 3), 21);
    }
    a.add(at(rounds, 0)).intoArray(rounds, 0);
    b.add(at(rounds, LANES)).intoArray(rounds, LANES);
    c.add(at(rounds, 2 * LANES)).intoArray(rounds, 2 * LANES);
    d.add(at(rounds, 3 * LANES)).intoArray(rounds, 3 * LANES);
  }

  private static IntVector at(int[] values, int place) {
    return IntVector.fromArray(SPECIES, values, place);
  }

  private static IntVector word(int[] words, int step) {
    return at(words, PLACES[step]).add(at(SINES, step * LANES));
  }

  private static IntVector f(
      IntVector a, IntVector b, IntVector c, IntVector d, IntVector word, int shift) {
    return a.add(word).add(b.and(c.lanewise(XOR, d)).lanewise(XOR, d)).lanewise(ROL, shift).add(b);
  }

  private static IntVector g(
      IntVector a, IntVector b, IntVector c, IntVector d, IntVector word, int shift) {
    return a.add(word).add(d.and(b.lanewise(XOR, c)).lanewise(XOR, c)).lanewise(ROL, shift).add(b);
  }

  private static IntVector h(
      IntVector a, IntVector b, IntVector c, IntVector d, IntVector word, int shift) {
    return a.add(word).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, shift).add(b);
  }

  private static IntVector i(
      IntVector a, IntVector b, IntVector c, IntVector d, IntVector word, int shift) {
    return a.add(word).add(b.or(d.not()).lanewise(XOR, c)).lanewise(ROL, shift).add(b);
  }
}
