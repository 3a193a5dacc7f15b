package io.virga.blockstore.scsi;

import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.function.BooleanSupplier;

/**
 * Does a long range piece by piece, until one fails or it is to stop; devices that complete at once
 * do not nest.
 */
final class Chunks {

  /** How long a piece is at most. */
  static final int PIECE_BYTES = 1 << 20;

  private final long end;
  private final BooleanSupplier stops;
  private final Step step;
  private final Completion completion;
  private long at;
  private boolean running;
  private boolean ready;

  private Chunks(long from, long end, BooleanSupplier stops, Step step, Completion completion) {
    this.at = from;
    this.end = end;
    this.stops = stops;
    this.step = step;
    this.completion = completion;
  }

  /** What is done to one piece. */
  @FunctionalInterface
  interface Step {
    void run(long offset, int length, Completion completion);
  }

  /** Runs until the end; if it is to stop before, it is shut down. */
  static void run(long from, long end, BooleanSupplier stops, Step step, Completion completion) {
    new Chunks(from, end, stops, step, completion).go();
  }

  /** The longest piece of a range. */
  static int longestPiece(long bytes) {
    return (int) Math.min(PIECE_BYTES, bytes);
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
      if (stops.getAsBoolean()) {
        completion.done(Outcome.SHUT_DOWN);
        return;
      }
      long offset = at;
      int length = longestPiece(end - offset);
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
