package io.virga.objectstore.cluster;

import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.Replica;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The replicas of a partition.
 *
 * @param slots one for each replica that the ring asks for, the nearest first
 * @param handoffs other devices, in the order in which they stand in for one that is away
 */
public record Slots(PartitionId partition, List<Slot> slots, Iterable<Replica> handoffs) {

  public Slots {
    slots = List.copyOf(slots);
  }

  /**
   * One replica of a partition.
   *
   * @param predecessor where the slot was before the ring moved it here
   * @param isNews whether some may not have heard yet that it was moved: they read, and promise
   *     each other, by where it was, and so what is written must be there too
   */
  public record Slot(Replica replica, Optional<Replica> predecessor, boolean isNews) {

    /** Where what is written must be for the slot to have it. */
    public List<Replica> targets() {
      return isNews && predecessor.isPresent()
          ? List.of(replica, predecessor.get())
          : List.of(replica);
    }

    private boolean isWritten(Predicate<Replica> has) {
      return has.test(replica) && (!isNews || predecessor.filter(has.negate()).isEmpty());
    }

    private boolean isWith(Slot other) {
      return replica == other.replica
          && isNews == other.isNews
          && (!isNews || predecessor.equals(other.predecessor));
    }
  }

  public int count() {
    return slots.size();
  }

  /** How many slots must have made a write durable. */
  public int writeQuorum() {
    return slots.size() / 2 + 1;
  }

  /** Whether so many slots have something as must have a write. */
  public boolean isWritten(Predicate<Replica> has) {
    return slots.stream().filter(slot -> slot.isWritten(has)).count() >= writeQuorum();
  }

  /** All devices that a write goes to. */
  public Set<Replica> targets() {
    Set<Replica> targets = new LinkedHashSet<>();
    slots.forEach(slot -> targets.addAll(slot.targets()));
    return targets;
  }

  /** How many slots must answer, so that every write that counted is seen. */
  public int readQuorum() {
    return slots.size() - writeQuorum() + 1;
  }

  /** Whether one device alone has, and has always had, the partition. */
  public boolean isSingle() {
    return slots.size() == 1 && slots.getFirst().predecessor().isEmpty();
  }

  /** Whether a device may not have got yet what was elsewhere before. */
  public boolean isMoving() {
    for (Slot slot : slots) {
      if (slot.predecessor().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Others that may have a copy, beside those that were asked: slots, where they were before, and
   * as many handoffs as there are slots.
   */
  public List<Replica> elsewhere(Collection<Replica> asked) {
    Set<Replica> others = new LinkedHashSet<>();
    slots.forEach(slot -> others.add(slot.replica()));
    slots.forEach(slot -> slot.predecessor().ifPresent(others::add));
    Iterator<Replica> more = handoffs.iterator();
    for (int i = 0; i < slots.size() && more.hasNext(); i++) {
      others.add(more.next());
    }
    others.removeAll(asked);
    return List.copyOf(others);
  }

  /** Whether the very same devices have another partition, so that one write can be for both. */
  public boolean isWith(Slots other) {
    if (slots.size() != other.slots.size()) {
      return false;
    }
    for (Slot slot : other.slots) {
      if (!isWith(slot)) {
        return false;
      }
    }
    return true;
  }

  private boolean isWith(Slot other) {
    for (Slot slot : slots) {
      if (slot.isWith(other)) {
        return true;
      }
    }
    return false;
  }
}
