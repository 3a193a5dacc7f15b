package io.virga.blockstore.extent;

/** How many blocks are mapped, and how many are still to be fetched. */
final class BlockCounts {

  private long mapped;
  private long remote;

  /** Counts blocks whose entry is of this kind; fewer, if there are less than none. */
  void add(long entry, long blocks) {
    int kind = Entry.kind(entry);
    if (kind == Entry.MAPPED) {
      mapped += blocks;
    } else if (kind == Entry.REMOTE) {
      remote += blocks;
    }
  }

  void set(long mappedBlocks, long remoteBlocks) {
    mapped = mappedBlocks;
    remote = remoteBlocks;
  }

  /** Counts what another has counted. */
  void add(BlockCounts other) {
    mapped += other.mapped;
    remote += other.remote;
  }

  long mapped() {
    return mapped;
  }

  long remote() {
    return remote;
  }
}
