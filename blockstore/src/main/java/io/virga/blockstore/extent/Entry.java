package io.virga.blockstore.extent;

/**
 * A map entry in 8 bytes; the same in memory, in the journal and in checkpoints.
 *
 * <pre>
 * bits 60-63  kind
 * bits 36-59  generation in which the extent was last written
 * bits  0-35  address: slot * 256 + block in the slot
 * </pre>
 *
 * <p>A slot is 1 MiB, so 28 bits of slot are 256 TiB a pool; 24 bits of generation are 16 million
 * snapshots of a volume's line of descent. An entry for a whole chunk and an entry for a block look
 * alike: a chunk's address is that of its first block.
 */
public final class Entry {

  /** 4 KiB: the unit of the map. */
  public static final int BLOCK_BYTES = 4096;

  public static final int BLOCK_SHIFT = 12;

  /** 1 MiB: a chunk of a volume, a slot of a segment. */
  public static final int CHUNK_BYTES = 1 << 20;

  public static final int CHUNK_SHIFT = 20;
  public static final int CHUNK_BLOCKS = CHUNK_BYTES / BLOCK_BYTES;
  public static final int CHUNK_BLOCK_SHIFT = CHUNK_SHIFT - BLOCK_SHIFT;

  /** Never written: zeros, or what the image has there. */
  public static final long UNSET = 0;

  /** Lies at the address. */
  public static final int MAPPED = 1;

  /** Zeros, whatever the image has there. */
  public static final int ZERO = 2;

  /** In an image alone: not fetched yet; the address counts blocks of the data object. */
  public static final int REMOTE = 3;

  /** In a page alone: the chunk has a table of 256 entries. */
  static final int TABLE = 4;

  /** In memory alone: in a page of a checkpoint that has not been read yet. */
  public static final int UNREAD = 5;

  public static final int MAX_GENERATION = (1 << 24) - 1;
  public static final long MAX_ADDRESS = (1L << 36) - 1;

  private Entry() {}

  public static int kind(long entry) {
    return (int) (entry >>> 60);
  }

  public static int generation(long entry) {
    return (int) (entry >>> 36) & MAX_GENERATION;
  }

  public static long address(long entry) {
    return entry & MAX_ADDRESS;
  }

  public static int slot(long entry) {
    return (int) (address(entry) >>> CHUNK_BLOCK_SHIFT);
  }

  public static long mapped(long address, int generation) {
    return of(MAPPED, address, generation);
  }

  public static long zero(int generation) {
    return of(ZERO, 0, generation);
  }

  public static long remote(long address) {
    return of(REMOTE, address, 0);
  }

  /** The address of a slot's first block. */
  public static long slotAddress(int slot) {
    return (long) slot << CHUNK_BLOCK_SHIFT;
  }

  static long unread() {
    return of(UNREAD, 0, 0);
  }

  private static long of(int kind, long address, int generation) {
    return ((long) kind << 60) | ((long) generation << 36) | address;
  }

  /** The entry of the block that is {@code blocks} behind the one with this entry, in one run. */
  static long advance(long entry, long blocks) {
    int kind = kind(entry);
    return kind == MAPPED || kind == REMOTE ? entry + blocks : entry;
  }
}
