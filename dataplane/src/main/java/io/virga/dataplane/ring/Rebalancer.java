package io.virga.dataplane.ring;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Brings a draft to its quotas with as few moves as it can. Slots of no device are placed first;
 * then slots move from devices above their quota to devices below it, those first that come to lie
 * farther apart, and never so that a tier is farther from its quota of the partition; then
 * partitions that still lie too close move although their devices have their quotas, each with a
 * {@link Chains chain} of moves that evens that out; then chains even out what single moves could
 * not.
 */
final class Rebalancer {

  private final Draft draft;
  private final Changes changes;
  private final Chains chains;
  private final int stride;
  private final int first;

  /**
   * @param movable the partitions that have not moved for long enough
   */
  Rebalancer(Draft draft, BitSet movable, SplittableRandom random) {
    this.draft = draft;
    this.changes = new Changes(draft, movable);
    this.chains = new Chains(draft, changes);
    this.stride = random.nextInt() | 1;
    this.first = random.nextInt();
  }

  void run() {
    eachPartition(this::place);
    if (!changes.areNone()) {
      chains.redirect();
    }
    eachPartition(partition -> balance(partition, true));
    eachPartition(partition -> balance(partition, false));
    chains.allow();
    eachPartition(this::disperse);
    chains.even();
  }

  private interface Step {
    void run(int partition);
  }

  /** All partitions, in an order by chance. */
  private void eachPartition(Step step) {
    for (int i = 0; i < draft.partitions(); i++) {
      step.run((first + i * stride) & (draft.partitions() - 1));
    }
  }

  private void place(int partition) {
    for (int replica = 0; replica < draft.replicas(); replica++) {
      if (draft.holder(replica, partition) == Ring.NONE) {
        draft.lift(replica, partition);
        int position = draft.withRoom(Integer.MAX_VALUE);
        if (position == Draft.NOWHERE) {
          position = draft.cheapest();
        }
        draft.restore();
        changes.move(replica, partition, position);
      }
    }
  }

  private void balance(int partition, boolean onlyIfFartherApart) {
    if (draft.room() == 0
        || !changes.isUntouched(partition)
        || (onlyIfFartherApart && !draft.isMisplaced(partition))) {
      return;
    }
    long tried = 0;
    for (int attempt = 0; attempt < draft.replicas(); attempt++) {
      int replica = worst(partition, tried);
      if (replica < 0) {
        return;
      }
      tried |= 1L << replica;
      draft.lift(replica, partition);
      int cost = draft.cost(draft.holder(replica, partition));
      int position = draft.withRoom(onlyIfFartherApart ? cost - 1 : cost);
      draft.restore();
      if (position != Draft.NOWHERE) {
        changes.move(replica, partition, position);
        return;
      }
    }
  }

  /** The replica that is best moved of those whose devices hold too much; -1 if none does. */
  private int worst(int partition, long tried) {
    int worst = -1;
    long worstScore = -1;
    for (int replica = 0; replica < draft.replicas(); replica++) {
      int holder = draft.holder(replica, partition);
      int excess = draft.excess(holder);
      if (excess > 0 && (tried & (1L << replica)) == 0) {
        draft.lift(replica, partition);
        long score = ((long) draft.cost(holder) + Draft.MAXIMUM_COST << Integer.SIZE) + excess;
        draft.restore();
        if (score > worstScore) {
          worst = replica;
          worstScore = score;
        }
      }
    }
    return worst;
  }

  private void disperse(int partition) {
    if (!draft.isMisplaced(partition)) {
      return;
    }
    int best = -1;
    int bestPosition = Draft.NOWHERE;
    int bestGain = 0;
    for (int replica = 0; replica < draft.replicas(); replica++) {
      if (changes.mayChange(replica, partition)) {
        draft.lift(replica, partition);
        int holder = draft.holder(replica, partition);
        int position = draft.cheapest();
        int gain = draft.cost(holder) - draft.cost(position);
        boolean apart = draft.closeness(position) < draft.closeness(holder);
        draft.restore();
        if (apart && gain > bestGain) {
          best = replica;
          bestPosition = position;
          bestGain = gain;
        }
      }
    }
    if (best >= 0) {
      give(best, partition, bestPosition);
    }
  }

  /** Moves a slot if that leaves no device farther from its quota than before. */
  private void give(int replica, int partition, int position) {
    int holder = draft.holder(replica, partition);
    int room = draft.room();
    boolean first = changes.isUntouched(partition);
    changes.move(replica, partition, position);
    if (draft.room() > room && !chains.evenFrom(position)) {
      if (first) {
        changes.undo(replica, partition, holder);
      } else {
        changes.move(replica, partition, holder);
      }
    }
  }
}
