package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.BlockDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the runs of a BLOCK_STATUS reply: neighbours of one state together, bounded in number.
 */
final class StatusRuns implements BlockDevice.RunVisitor {

  private static final int MAXIMUM_RUNS = 4096;

  private final int maximumRuns;
  private final List<Run> runs = new ArrayList<>();
  private long left;

  StatusRuns(long length, boolean one) {
    this.left = length;
    this.maximumRuns = one ? 1 : MAXIMUM_RUNS;
  }

  @Override
  public boolean visit(long lengthBytes, boolean allocated, boolean zero) {
    int state = (allocated ? 0 : Wire.STATE_HOLE) | (zero ? Wire.STATE_ZERO : 0);
    long length = Math.min(lengthBytes, left);
    left -= length;
    if (!runs.isEmpty() && runs.getLast().state == state) {
      Run last = runs.removeLast();
      runs.add(new Run(last.lengthBytes + length, state));
    } else if (runs.size() == maximumRuns) {
      return false;
    } else {
      runs.add(new Run(length, state));
    }
    return left > 0;
  }

  int count() {
    return runs.size();
  }

  void write(ByteBuf out) {
    runs.forEach(run -> out.writeInt((int) run.lengthBytes).writeInt(run.state));
  }

  private record Run(long lengthBytes, int state) {}
}
