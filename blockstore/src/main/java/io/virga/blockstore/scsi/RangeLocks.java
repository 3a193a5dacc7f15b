package io.virga.blockstore.scsi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets commands that read, compare and write be alone on their blocks. Writes share; who is alone
 * waits for those before it on the same blocks, and those behind wait for it.
 *
 * <p>waiting → (nothing before it conflicts) → held → released.
 */
final class RangeLocks {

  private final List<Lease> leases = new ArrayList<>();
  private int alone;
  private int waiting;

  /** Blocks that someone has, or waits for. */
  static final class Lease {
    private final long from;
    private final long to;
    private final boolean alone;
    private final Consumer<Lease> start;
    private boolean held;

    private Lease(long from, long to, boolean alone, Consumer<Lease> start) {
      this.from = from;
      this.to = to;
      this.alone = alone;
      this.start = start;
    }

    private boolean conflicts(Lease other) {
      return (alone || other.alone) && from < other.to && other.from < to;
    }
  }

  /** Calls back once the bytes may be changed. */
  void take(long from, long to, boolean exclusive, Consumer<Lease> start) {
    Lease lease = new Lease(from, to, exclusive, start);
    alone += exclusive ? 1 : 0;
    leases.add(lease);
    if (alone == 0 || isFree(lease)) {
      lease.held = true;
      start.accept(lease);
    } else {
      waiting++;
    }
  }

  private boolean isFree(Lease lease) {
    for (Lease earlier : leases) {
      if (earlier == lease) {
        return true;
      }
      if (earlier.conflicts(lease)) {
        return false;
      }
    }
    return true;
  }

  /** They may be had by others again. */
  void release(Lease lease) {
    leases.remove(lease);
    alone -= lease.alone ? 1 : 0;
    if (waiting > 0) {
      List<Lease> next = leases.stream().filter(l -> !l.held && isFree(l)).toList();
      next.forEach(this::begin);
    }
  }

  private void begin(Lease lease) {
    if (!lease.held) {
      lease.held = true;
      waiting--;
      lease.start.accept(lease);
    }
  }
}
