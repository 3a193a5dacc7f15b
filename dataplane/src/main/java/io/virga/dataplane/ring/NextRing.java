package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** One rebalance: the ring that follows from a builder's devices and its last ring. */
final class NextRing {

  private final RingBuilder.State state;
  private final BitSet movable;
  private final List<RingDevice> devices;
  private final int replicas;
  private final int partitions;
  private final BitSet named = new BitSet();
  private final BitSet movedPartitions = new BitSet();
  private int moved;
  private int placed;

  /**
   * @param movable the partitions that have not moved for long enough
   */
  NextRing(RingBuilder.State state, BitSet movable) {
    this.state = state;
    this.movable = movable;
    this.devices = state.devices();
    this.replicas = state.settings().replicas();
    this.partitions = 1 << state.settings().partPower();
  }

  /** Makes the ring, once. */
  Ring make() {
    long version = state.ring().map(Ring::version).orElse(0L) + 1;
    char[][] table = positions();
    fill(table, new SplittableRandom(version));
    for (char[] row : table) {
      for (int partition = 0; partition < partitions; partition++) {
        row[partition] = (char) devices.get(row[partition]).id();
      }
    }
    char[][] before = new char[replicas][0];
    for (int replica = 0; replica < replicas; replica++) {
      before[replica] = predecessors(replica, table[replica]);
    }
    List<RingDevice> former = new ArrayList<>(state.removed());
    former.removeIf(device -> !named.get(device.id()));
    return new Ring(
        version, state.settings().partPower(), devices, former, new Ring.Slots(table, before));
  }

  /** How many slots have moved from one device to another. */
  int moved() {
    return moved;
  }

  /** How many slots are new. */
  int placed() {
    return placed;
  }

  /** The partitions that have moved or have more replicas now. */
  BitSet movedPartitions() {
    return movedPartitions;
  }

  private void fill(char[][] table, SplittableRandom random) {
    Domains domains = new Domains(devices);
    Shares shares = new Shares(domains, devices, replicas, state.settings().overload());
    if (state.ring().isEmpty()) {
      int[] nothing = new int[domains.size()];
      Quotas quotas = new Quotas(domains, shares, partitions, nothing);
      new FreshTable(domains, quotas, replicas, random).fill(table);
    } else {
      Draft draft = new Draft(domains, shares, table, random);
      new Rebalancer(draft, movable, random).run();
    }
  }

  /** Who holds each slot, by position in the list of devices. */
  private char[][] positions() {
    char[] positionOf = new char[Ring.MAXIMUM_DEVICES];
    Arrays.fill(positionOf, Ring.NONE);
    for (int position = 0; position < devices.size(); position++) {
      positionOf[devices.get(position).id()] = (char) position;
    }
    char[][] table = new char[replicas][partitions];
    for (int replica = 0; replica < replicas; replica++) {
      for (int partition = 0; partition < partitions; partition++) {
        int id = heldBefore(replica, partition);
        table[replica][partition] = id == Ring.NONE ? Ring.NONE : positionOf[id];
      }
    }
    return table;
  }

  private int heldBefore(int replica, int partition) {
    return state
        .ring()
        .filter(ring -> replica < ring.replicas())
        .map(ring -> ring.deviceId(replica, partition))
        .orElse((int) Ring.NONE);
  }

  private char[] predecessors(int replica, char[] now) {
    char[] row = new char[partitions];
    boolean any = false;
    for (int partition = 0; partition < partitions; partition++) {
      int id = heldBefore(replica, partition);
      char predecessor = Ring.NONE;
      if (id == Ring.NONE) {
        placed++;
        movedPartitions.set(partition, state.ring().isPresent());
      } else if (id != now[partition]) {
        moved++;
        movedPartitions.set(partition);
        predecessor = (char) id;
      } else if (!movable.get(partition)) {
        predecessor = (char) state.ring().orElseThrow().predecessorId(replica, partition);
      }
      row[partition] = predecessor;
      if (predecessor != Ring.NONE) {
        named.set(predecessor);
        any = true;
      }
    }
    return any ? row : new char[0];
  }
}
