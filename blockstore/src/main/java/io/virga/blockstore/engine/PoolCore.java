package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.storage.SegmentStore;

/** The parts of a pool that its operations work with; all of them on the loop. */
record PoolCore(
    PoolState state,
    Committer committer,
    SlotSupply supply,
    SegmentStore segments,
    InFlight inFlight,
    Images images,
    PageReader pages,
    EventExecutor loop) {

  /** Goes on with a long piece of work behind the I/O that waits. */
  void soon(Runnable action) {
    Turns.next(loop, action);
  }
}
