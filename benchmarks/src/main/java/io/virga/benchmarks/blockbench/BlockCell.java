package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.volume.Way;

/**
 * A field of the table.
 *
 * @param depth how many operations are in flight
 */
public record BlockCell(Access access, int depth, Way way) {

  static final int BLOCK_BYTES = 4096;

  /** What is asked, as fio calls it. */
  public enum Access {
    RANDOM_READ("4 KiB random read", "randread", BlockCell.BLOCK_BYTES),
    RANDOM_WRITE("4 KiB random write", "randwrite", BlockCell.BLOCK_BYTES),
    FLUSHED_WRITE("4 KiB write + flush each", "randwrite", BlockCell.BLOCK_BYTES),
    SEQUENTIAL_READ("1 MiB sequential read", "read", 1 << 20),
    SEQUENTIAL_WRITE("1 MiB sequential write", "write", 1 << 20);

    private final String label;
    private final String fio;
    private final int bytes;

    Access(String label, String fio, int bytes) {
      this.label = label;
      this.fio = fio;
      this.bytes = bytes;
    }

    String fio() {
      return fio;
    }

    int bytes() {
      return bytes;
    }

    boolean reads() {
      return this == RANDOM_READ || this == SEQUENTIAL_READ;
    }
  }

  /** For example {@code 4 KiB random read d32, unix}. */
  public String label() {
    return "%s d%d, %s".formatted(access.label, depth, way.label());
  }
}
