package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the runs of one context of a BLOCK_STATUS reply: neighbours of one state together. Ends
 * early, as the protocol allows, after so many runs, or when it has looked at so many that the loop
 * would be kept from others for some milliseconds.
 */
final class StatusRuns {

  private static final int MAXIMUM_RUNS = 4096;
  private static final int MAXIMUM_VISITS = 64 << 10;

  private final int maximumRuns;
  private final List<Run> runs = new ArrayList<>();
  private long left;
  private int visits;

  StatusRuns(long length, boolean one) {
    this.left = length;
    this.maximumRuns = one ? 1 : MAXIMUM_RUNS;
  }

  /** Takes a run, which may go beyond the end; whether it wants another. */
  boolean add(long lengthBytes, int state) {
    long length = Math.min(lengthBytes, left);
    if (!runs.isEmpty() && runs.getLast().state == state) {
      Run last = runs.removeLast();
      runs.add(new Run(last.lengthBytes + length, state));
    } else if (runs.size() == maximumRuns) {
      return false;
    } else {
      runs.add(new Run(length, state));
    }
    left -= length;
    visits++;
    return left > 0 && visits < MAXIMUM_VISITS;
  }

  int count() {
    return runs.size();
  }

  void write(ByteBuf out) {
    runs.forEach(run -> out.writeInt((int) run.lengthBytes).writeInt(run.state));
  }

  /** With 64-bit lengths and states. */
  void writeExtended(ByteBuf out) {
    runs.forEach(run -> out.writeLong(run.lengthBytes).writeLong(run.state));
  }

  private record Run(long lengthBytes, int state) {}
}
