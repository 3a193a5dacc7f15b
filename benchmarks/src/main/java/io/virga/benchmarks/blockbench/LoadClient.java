package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.volume.BlockServer;

/** A program that loads a volume, on the core of the load. */
interface LoadClient {

  /** A field of the table, for so many seconds. */
  LoadResult run(BlockServer server, BlockCell cell, double seconds);

  /** The field's access once over the whole volume. */
  void pass(BlockServer server, BlockCell cell);
}
