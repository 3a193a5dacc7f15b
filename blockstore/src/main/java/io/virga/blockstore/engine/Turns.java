package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Long work in short turns. A task that is executed runs before the loop looks at its I/O again,
 * and so do those that it executes itself, for up to a second: a scheduled one runs behind that.
 */
final class Turns {

  private Turns() {}

  /** Runs the action when the loop has looked at its I/O. */
  static void next(EventExecutor loop, Runnable action) {
    loop.schedule(action, 0, TimeUnit.NANOSECONDS);
  }
}
