package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes checkpoints, so that the journal stays short. Owned by the pool's loop.
 *
 * <p>idle → captured (with a commit) → encoding, a little at a time (the commit is durable) →
 * writing → idle, or → the pool is broken.
 */
final class Checkpointer implements Committer.CommitHook {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final int ENTRIES_AT_A_TIME = 32 << 10;

  private final PoolParts parts;
  private final PoolCore core;
  private boolean running;
  private boolean stopped;
  private @Nullable Runnable afterwards;

  Checkpointer(PoolParts parts, PoolCore core) {
    this.parts = parts;
    this.core = core;
  }

  @Override
  public Runnable captured(long sequence) {
    boolean due = parts.journal().bytesSinceCheckpoint() >= parts.options().checkpointBytes();
    if (running || stopped || !due) {
      return () -> {};
    }
    running = true;
    parts.journal().startCheckpoint();
    Checkpoint.Capture capture =
        Checkpoint.capture(core.state(), parts.catalogue(), core.supply().totals(), sequence);
    return () -> encode(capture, sequence);
  }

  /** Begins none any more, and runs the action when the one that has begun has ended. */
  void stop(Runnable action) {
    stopped = true;
    if (!running || core.committer().isBroken()) {
      action.run();
    } else {
      afterwards = action;
    }
  }

  private void encode(Checkpoint.Capture capture, long sequence) {
    if (capture.encodeSome(ENTRIES_AT_A_TIME)) {
      Catalogue.Changes changes = capture.whole();
      parts.background().execute(() -> write(changes, sequence));
    } else {
      core.soon(() -> encode(capture, sequence));
    }
  }

  private void write(Catalogue.Changes changes, long sequence) {
    try {
      parts.catalogue().write(changes);
      core.loop().execute(() -> ended(sequence));
    } catch (RuntimeException e) {
      LOG.error("the checkpoint failed; the pool acknowledges nothing until it is opened anew", e);
      core.loop().execute(this::failed);
    }
  }

  private void ended(long sequence) {
    parts.journal().release(sequence);
    end();
  }

  private void failed() {
    core.committer().giveUp();
    end();
  }

  private void end() {
    running = false;
    Runnable action = afterwards;
    afterwards = null;
    if (action != null) {
      action.run();
    }
  }
}
