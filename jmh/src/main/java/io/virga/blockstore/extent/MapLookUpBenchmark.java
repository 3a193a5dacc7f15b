package io.virga.blockstore.extent;

import io.virga.jmh.HotFunction;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Where a block lies and how long its run is, at random in a volume of 64 GiB that is full. */
public class MapLookUpBenchmark extends HotFunction {

  private static final int CHUNKS = 64 << 10;
  private static final long BLOCKS = (long) CHUNKS * Entry.CHUNK_BLOCKS;
  private static final int ASKED = 1 << 12;

  @Param({"contiguous", "fragmented"})
  private String layout;

  private final long[] asked = new SplittableRandom(1).longs(ASKED, 0, BLOCKS).toArray();
  private final Counts counts = new Counts();
  private VolumeMap map;
  private int next;

  @Setup
  public void fill() {
    map = VolumeMap.empty(new MapSpace(counts, 1));
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      put(chunk, 0, Entry.CHUNK_BLOCKS, chunk);
      if (layout.equals("fragmented")) {
        // Every other block has been written after a snapshot.
        for (int block = 0; block < Entry.CHUNK_BLOCKS; block += 2) {
          put(chunk, block, 1, CHUNKS + chunk);
        }
      }
    }
  }

  private void put(int chunk, int block, int count, int slot) {
    counts.retain(slot, count);
    map.put(
        (long) chunk * Entry.CHUNK_BLOCKS + block,
        count,
        Entry.mapped(Entry.slotAddress(slot) + block, 1));
  }

  @Benchmark
  public long lookUp() {
    long block = asked[next++ & ASKED - 1];
    return map.entry(block) + map.runLength(block);
  }

  /** As many slots as there can be here. */
  private static final class Counts implements SlotReferences {
    private final long[] blocks = new long[2 * CHUNKS];

    @Override
    public void retain(int slot, int count) {
      blocks[slot] += count;
    }

    @Override
    public void drop(int slot, int count) {
      blocks[slot] -= count;
    }

    @Override
    public long count(int slot) {
      return blocks[slot];
    }
  }
}
