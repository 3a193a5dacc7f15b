package io.virga.blockstore.engine;

import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot or clone that waits until the writes of its source have ended; whoever asks for it
 * meanwhile is told along with the first. Owned by the pool's loop.
 */
final class PendingShare implements Completion {

  private final List<Completion> callers = new ArrayList<>();

  void join(Completion caller) {
    callers.add(caller);
  }

  @Override
  public void done(Outcome outcome) {
    callers.forEach(caller -> caller.done(outcome));
  }
}
