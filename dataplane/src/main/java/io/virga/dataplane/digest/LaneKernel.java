package io.virga.dataplane.digest;

/** Compresses blocks of several streams side by side. One thread at a time. */
interface LaneKernel {

  /** How many streams fit. */
  int lanes();

  /**
   * Compresses the same number of blocks of every lane.
   *
   * @param state the lanes' a, then their b, c and d; changed in place
   * @param addresses where each lane's blocks begin, off the heap; alive, and as long as is said
   */
  void compress(int[] state, long[] addresses, int blocks);
}
