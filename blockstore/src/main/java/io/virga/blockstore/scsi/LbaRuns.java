package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.BlockDevice;

/**
 * Collects the provisioning status of runs (SBC-3 §5.5), a bounded number of them: what is not
 * looked at may be asked for from there on.
 */
final class LbaRuns implements BlockDevice.RunVisitor {

  private static final int MAXIMUM_VISITS = 64 << 10;
  private static final int MAPPED = 0;
  private static final int DEALLOCATED = 1;
  private static final long LONGEST = 0xffffffffL;

  private final long[] starts;
  private final long[] lengths;
  private final int[] states;
  private long lba;
  private long left;
  private int count;
  private int visits;

  LbaRuns(long lba, long blocks, int maximum) {
    this.lba = lba;
    this.left = blocks;
    this.starts = new long[maximum];
    this.lengths = new long[maximum];
    this.states = new int[maximum];
  }

  @Override
  public boolean visit(long lengthBytes, boolean allocated, boolean zero) {
    int state = allocated ? MAPPED : DEALLOCATED;
    long blocks = Math.min(left, (lengthBytes + Command.BLOCK_BYTES - 1) >>> Command.BLOCK_SHIFT);
    while (blocks > 0) {
      boolean same = count > 0 && states[count - 1] == state && lengths[count - 1] < LONGEST;
      if (!same) {
        if (count == starts.length) {
          return false;
        }
        starts[count] = lba;
        states[count] = state;
        count++;
      }
      long here = Math.min(blocks, LONGEST - lengths[count - 1]);
      lengths[count - 1] += here;
      lba += here;
      left -= here;
      blocks -= here;
    }
    visits++;
    return left > 0 && visits < MAXIMUM_VISITS;
  }

  ByteBuf encode(Task task) {
    ByteBuf out = task.allocateDataIn(8 + 16 * count);
    out.writeInt(4 + 16 * count).writeInt(0);
    for (int i = 0; i < count; i++) {
      out.writeLong(starts[i]).writeInt((int) lengths[i]).writeByte(states[i]).writeZero(3);
    }
    return out;
  }
}
