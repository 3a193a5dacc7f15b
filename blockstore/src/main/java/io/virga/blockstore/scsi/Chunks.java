package io.virga.blockstore.scsi;

import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;

/** Does a long range piece by piece, until one fails; devices that complete at once do not nest. */
final class Chunks {

  private final long end;
  private final int pieceBytes;
  private final Step step;
  private final Completion completion;
  private long at;
  private boolean running;
  private boolean ready;

  private Chunks(long from, long end, int pieceBytes, Step step, Completion completion) {
    this.at = from;
    this.end = end;
    this.pieceBytes = pieceBytes;
    this.step = step;
    this.completion = completion;
  }

  /** What is done to one piece. */
  @FunctionalInterface
  interface Step {
    void run(long offset, int length, Completion completion);
  }

  static void run(long from, long end, int pieceBytes, Step step, Completion completion) {
    new Chunks(from, end, pieceBytes, step, completion).go();
  }

  private void go() {
    if (running) {
      ready = true;
      return;
    }
    running = true;
    do {
      ready = false;
      if (at == end) {
        completion.done(Outcome.OK);
        return;
      }
      long offset = at;
      int length = (int) Math.min(pieceBytes, end - offset);
      at = offset + length;
      step.run(offset, length, this::stepped);
    } while (ready);
    running = false;
  }

  private void stepped(Outcome outcome) {
    if (outcome == Outcome.OK) {
      go();
    } else {
      completion.done(outcome);
    }
  }
}
