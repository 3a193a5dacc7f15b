package io.virga.dataplane.ring;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Evens out what no single move can: a chain of moves in different partitions that together take
 * one slot from a device above its quota to one below, where each device between gives one and gets
 * one. Found breadth first, so the shortest; chains that only redirect slots that have moved anyway
 * are looked for first, since they move nothing more; where a partition has moved one slot, it may
 * move another one to the same place instead. The work is bounded; what is left waits for the next
 * rebalance.
 */
final class Chains {

  /** How many tiers are looked at; about a second. */
  private static final long MAXIMUM_WORK = 200_000_000;

  private static final int NONE = -1;

  private final Draft draft;
  private final Changes changes;
  private final Domains domains;
  private final SlotIndex index;
  private final int[] from;
  private final int[] via;
  private final int[] queue;
  private final int[] unseen;
  private long mostWork;
  private int queued;
  private boolean apart;

  Chains(Draft draft, Changes changes) {
    this.draft = draft;
    this.changes = changes;
    this.domains = draft.domains();
    this.index = changes.index();
    int devices = domains.devices();
    this.from = new int[devices];
    this.via = new int[devices];
    this.queue = new int[devices];
    this.unseen = new int[domains.size()];
  }

  /** Begins the time that chains may take. */
  void allow() {
    mostWork = draft.work() + MAXIMUM_WORK;
  }

  /** Evens out what can be by slots that have moved already. */
  void redirect() {
    allow();
    for (int position = 0; position < domains.devices(); position++) {
      boolean found = true;
      while (found && draft.room() > 0 && draft.excess(position) > 0) {
        found = chain(position, 0, false);
      }
    }
  }

  /**
   * Evens out what can be with one move each; where nothing has moved, so that waiting would not
   * help, with as many as it takes.
   */
  void even() {
    allow();
    int mostMoves = changes.areNone() ? domains.devices() : 1;
    BitSet hopeless = new BitSet();
    for (int position = 0; position < domains.devices(); position++) {
      while (draft.room() > 0 && draft.excess(position) > 0 && !hopeless.get(position)) {
        if (!chain(position, mostMoves, false)) {
          hopeless.set(position);
          for (int i = 0; i < queued; i++) {
            hopeless.set(queue[i]);
          }
        }
      }
    }
  }

  /**
   * Takes one slot from a device to one that is below its quota, so that no partition comes to lie
   * closer.
   */
  boolean evenFrom(int position) {
    return chain(position, domains.devices(), true);
  }

  /**
   * Looks for a chain, those with the fewest slots that have not moved before first.
   *
   * @param mostMoves the most slots of it that may not have moved before
   */
  private boolean chain(int start, int mostMoves, boolean staysApart) {
    queued = 0;
    if (draft.work() >= mostWork) {
      return false;
    }
    apart = staysApart;
    reset(start);
    int moved = 0;
    int redirected = 0;
    for (int moves = 0; moves <= mostMoves && redirected < queued; moves++) {
      for (; redirected < queued; redirected++) {
        if (expand(start, queue[redirected], false)) {
          return true;
        }
      }
      for (int last = queued; moves < mostMoves && moved < last; moved++) {
        if (expand(start, queue[moved], true)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean expand(int start, int device, boolean moving) {
    for (int i = 0; i < index.count(device) && draft.work() < mostWork; i++) {
      int slot = index.slot(device, i);
      draft.spend(1);
      int end = isFree(device, slot) ? next(device, slot, moving) : Draft.NOWHERE;
      if (end != Draft.NOWHERE) {
        apply(start, end);
        return true;
      }
    }
    return false;
  }

  private void reset(int start) {
    index.build();
    Arrays.fill(from, NONE);
    Arrays.fill(unseen, 0);
    for (int position = 0; position < domains.devices(); position++) {
      for (int level = 0; level < Domains.LEVELS; level++) {
        unseen[domains.tier(level, position)]++;
      }
    }
    draft.spend(domains.devices() * Domains.LEVELS);
    see(start);
  }

  private void see(int device) {
    queue[queued++] = device;
    for (int level = 0; level < Domains.LEVELS; level++) {
      unseen[domains.tier(level, device)]--;
    }
  }

  /** Whether a device still has a slot, and the chain up to it does not use that partition. */
  private boolean isFree(int device, int slot) {
    int partition = index.partition(slot);
    if (draft.holder(index.replica(slot), partition) != device) {
      return false;
    }
    for (int each = device; from[each] != NONE; each = from[each]) {
      if (index.partition(via[each]) == partition) {
        return false;
      }
    }
    return true;
  }

  /**
   * Goes on from a device by one of its slots; the end of the chain if that is found.
   *
   * @param moving whether to look at slots that have not moved, or at all others
   */
  private int next(int device, int slot, boolean moving) {
    int replica = index.replica(slot);
    int partition = index.partition(slot);
    if (changes.isUntouched(partition) != moving) {
      return Draft.NOWHERE;
    }
    draft.lift(replica, partition);
    int closeness = apart ? draft.closeness(device) : Integer.MAX_VALUE;
    Step step = new Step(device, slot, closeness);
    int mostCost = draft.cost(device);
    int end =
        changes.mayChange(replica, partition)
            ? widen(step, mostCost)
            : instead(step, changes.replaced(partition), mostCost);
    draft.restore();
    return end;
  }

  private int widen(Step step, int mostCost) {
    int end = apart ? Draft.NOWHERE : draft.withRoom(mostCost);
    if (end == Draft.NOWHERE) {
      return visit(0, 0, mostCost, step);
    }
    from[end] = step.device();
    via[end] = step.slot();
    return end;
  }

  /** The device that would keep its slot if the partition moved this one instead. */
  private int instead(Step step, int stays, int mostCost) {
    boolean possible =
        stays != Draft.NOWHERE
            && unseen[domains.leaf(stays)] > 0
            && draft.open(domains.leaf(stays)) > 0
            && draft.cost(stays) <= mostCost;
    return possible ? see(stays, step) : Draft.NOWHERE;
  }

  /** A slot that a device may give away, to where its partition does not lie closer than so. */
  private record Step(int device, int slot, int closeness) {}

  private int visit(int tier, int level, int costLeft, Step step) {
    if (level == Domains.LEVELS) {
      return see(domains.position(tier), step);
    }
    int[] children = domains.children(tier);
    draft.spend(children.length);
    int end = Draft.NOWHERE;
    for (int i = 0; i < children.length && end == Draft.NOWHERE; i++) {
      int child = children[i];
      if (unseen[child] > 0 && draft.open(child) > 0) {
        int left = costLeft - draft.cost(level, child);
        if (left + Draft.SPARE[level] >= 0) {
          end = visit(child, level + 1, left, step);
        }
      }
    }
    return end;
  }

  private int see(int position, Step step) {
    if (apart && draft.closeness(position) > step.closeness()) {
      return Draft.NOWHERE;
    }
    from[position] = step.device();
    via[position] = step.slot();
    see(position);
    return draft.excess(position) < 0 ? position : Draft.NOWHERE;
  }

  private void apply(int start, int end) {
    for (int device = end; device != start; device = from[device]) {
      int replica = index.replica(via[device]);
      int partition = index.partition(via[device]);
      if (changes.mayChange(replica, partition)) {
        changes.move(replica, partition, device);
      } else {
        changes.moveInstead(replica, partition);
      }
    }
  }
}
