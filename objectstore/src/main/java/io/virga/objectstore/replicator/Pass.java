package io.virga.objectstore.replicator;

import io.virga.objectstore.cluster.PlacedRing;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.PartitionRows;
import io.virga.objectstore.index.Space;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass of a device over all rings: its partitions are compared with the other replicas of each,
 * many at a time, and what differs is exchanged. Rows of partitions that are not the device's go to
 * all that should have them, and only then from here. Blocks; used by one thread.
 */
final class Pass {

  private static final Logger LOG = LoggerFactory.getLogger(Pass.class);
  private static final int COMPARED_AT_ONCE = 256;
  private static final long ROWS_AT_ONCE = 50_000;

  private final Replica own;
  private final Index index;
  private final RingTopology topology;
  private final Shipper shipper;
  private final boolean isHeard;
  private final PartitionRows rows;
  private long partitions;
  private long differing;
  private long fetched;
  private long sent;
  private long failed;
  private long incomplete;

  /**
   * @param index of the device that is the own replica
   */
  Pass(Replica own, Index index, RingTopology topology, Shipper shipper) {
    this.own = own;
    this.index = index;
    this.topology = topology;
    this.shipper = shipper;
    this.isHeard = topology.isHeard();
    this.rows = index.partitionRows();
  }

  /** A partition that is being compared. */
  private record Work(PlacedRing ring, Slots slots, boolean isMine, List<Replica> others) {

    PartitionId partition() {
      return slots.partition();
    }

    int partPower() {
      return ring.ring().partPower();
    }
  }

  PassReport run() {
    for (PlacedRing ring : topology.rings()) {
      if (ring.ring().devices().size() > 1 || !ring.ring().formerDevices().isEmpty()) {
        run(ring);
      }
    }
    return new PassReport(partitions, differing, fetched, sent, failed, incomplete);
  }

  private void run(PlacedRing ring) {
    Map<Work, Long> batch = new LinkedHashMap<>();
    long inBatch = 0;
    for (int number = 0; number < ring.ring().partitions(); number++) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      Work work = work(ring, topology.slots(ring, number));
      PartitionRows.Summary summary = rows.summary(work.partition(), work.partPower());
      if (work.isMine() || summary.rows() > 0) {
        partitions++;
        batch.put(work, summary.digest());
        inBatch += summary.rows();
      } else {
        forgetComplete(work);
      }
      if (batch.size() == COMPARED_AT_ONCE || inBatch > ROWS_AT_ONCE) {
        compare(batch);
        batch.clear();
        inBatch = 0;
      }
    }
    compare(batch);
  }

  private Work work(PlacedRing ring, Slots slots) {
    List<Replica> others = new ArrayList<>();
    boolean isMine = false;
    for (Slots.Slot slot : slots.slots()) {
      if (slot.replica() == own) {
        isMine = true;
        if (!index.isComplete(slots.partition())) {
          slot.predecessor().ifPresent(others::add);
        }
      } else {
        others.add(slot.replica());
      }
    }
    return new Work(ring, slots, isMine, others);
  }

  private void compare(Map<Work, Long> batch) {
    Map<Replica, List<Work>> byReplica = new LinkedHashMap<>();
    batch.forEach(
        (work, digest) ->
            work.others()
                .forEach(
                    other -> byReplica.computeIfAbsent(other, o -> new ArrayList<>()).add(work)));
    Map<Work, Map<Replica, Boolean>> settled = new HashMap<>();
    byReplica.forEach((other, works) -> compare(batch, other, works, settled));
    batch.keySet().forEach(work -> conclude(work, settled.getOrDefault(work, Map.of())));
  }

  /** Notes for each work with whom it is the same now, and whether that one was complete. */
  private void compare(
      Map<Work, Long> digests,
      Replica other,
      List<Work> works,
      Map<Work, Map<Replica, Boolean>> settled) {
    List<Replica.Digest> asked =
        works.stream()
            .map(
                work ->
                    new Replica.Digest(
                        work.partition(), work.partPower(), digests.getOrDefault(work, 0L)))
            .toList();
    List<Replica.Compared> answers;
    try {
      answers = other.compare(asked, Runnable::run).join();
    } catch (CompletionException e) {
      failed += works.size();
      LOG.debug("{} cannot be compared with {}: {}", own.name(), other.name(), e.getMessage());
      return;
    }
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      Replica.Compared answer = answers.get(i);
      if (answer.same() || isExchanged(work, other)) {
        settled.computeIfAbsent(work, w -> new HashMap<>()).put(other, answer.complete());
      }
    }
  }

  private boolean isExchanged(Work work, Replica other) {
    differing++;
    try {
      for (Space space : Space.of(work.partition().kind())) {
        exchange(work, space, other);
      }
      return true;
    } catch (RuntimeException e) {
      failed++;
      LOG.info(
          "{} and {} could not be made the same in {}: {}",
          own.name(),
          other.name(),
          work.partition(),
          e.toString());
      return false;
    }
  }

  private void exchange(Work work, Space space, Replica other) {
    PartitionId partition = work.partition();
    byte[] end = rows.end(space, partition, work.partPower());
    byte[] from = new byte[0];
    while (!Arrays.equals(from, end)) {
      PartitionRows.Chunk chunk =
          rows.chunk(
              space, partition, work.partPower(), from, new byte[0], LocalReplica.EXCHANGED_ROWS);
      Replica.Range range =
          new Replica.Range(partition, work.partPower(), space, from, chunk.upTo(), chunk.digest());
      Replica.Exchanged answer = other.exchange(range, Runnable::run).join();
      if (!answer.same()) {
        List<Entry> here =
            chunk.rows().stream()
                .filter(row -> Arrays.compareUnsigned(row.key(), answer.upTo()) < 0)
                .map(PartitionRows.Row::entry)
                .toList();
        ship(work, Difference.of(here, answer.rows()), other);
      }
      from = answer.upTo();
    }
  }

  /** A predecessor gives what it has, and is told nothing. */
  private void ship(Work work, Difference difference, Replica other) {
    if (work.isMine()) {
      fetched += shipper.ship(work.partition(), difference.missing(), other, own);
    }
    if (work.slots().slots().stream().anyMatch(slot -> slot.replica() == other)) {
      sent += shipper.ship(work.partition(), difference.surplus(), own, other);
    }
  }

  /** What was found by a ring that has changed since says nothing any more. */
  private void conclude(Work work, Map<Replica, Boolean> settled) {
    if (!topology.isCurrent(work.ring())) {
      return;
    }
    if (!work.isMine()) {
      if (isHeard && settled.size() == work.slots().count()) {
        forgetComplete(work);
        drop(work);
      }
      return;
    }
    if (index.isComplete(work.partition())) {
      return;
    }
    if (hasEverything(work, settled)) {
      long version = work.ring().ring().version();
      write(List.of(new Entry.PutComplete(work.partition(), version)));
    } else {
      incomplete++;
    }
  }

  private boolean hasEverything(Work work, Map<Replica, Boolean> settled) {
    if (settled.size() == work.others().size() && hasNoPredecessor(work)) {
      return true;
    }
    if (!isHeard) {
      return false;
    }
    int completeOthers = 0;
    for (Slots.Slot slot : work.slots().slots()) {
      boolean isOwn = slot.replica() == own;
      if (isOwn && slot.predecessor().filter(p -> settled.getOrDefault(p, false)).isPresent()) {
        return true;
      }
      completeOthers += !isOwn && settled.getOrDefault(slot.replica(), false) ? 1 : 0;
    }
    return completeOthers >= work.slots().readQuorum() || settled.size() == work.others().size();
  }

  private boolean hasNoPredecessor(Work work) {
    return work.slots().slots().stream().allMatch(slot -> slot.predecessor().isEmpty());
  }

  private void forgetComplete(Work work) {
    if (index.isComplete(work.partition())) {
      write(List.of(new Entry.DeleteComplete(work.partition())));
    }
  }

  /**
   * All that should have it have it, and know that they should: who goes by an older ring may think
   * so of this device, and drop what it has at the same time.
   */
  private void drop(Work work) {
    PartitionId partition = work.partition();
    if (partition.kind() != PartitionId.Kind.OBJECT) {
      write(List.of(new Entry.DropPartition(partition, work.partPower())));
      return;
    }
    byte[] end = rows.end(Space.OBJECT, partition, work.partPower());
    byte[] from = new byte[0];
    while (!Arrays.equals(from, end)) {
      PartitionRows.Chunk chunk =
          rows.chunk(
              Space.OBJECT,
              partition,
              work.partPower(),
              from,
              new byte[0],
              LocalReplica.EXCHANGED_ROWS);
      List<Entry> purges = new ArrayList<>();
      for (PartitionRows.Row row : chunk.rows()) {
        if (row.entry() instanceof Entry.PutObject(ObjectRow object)) {
          purges.add(new Entry.PurgeObject(object.policy(), object.path(), object.timestamp()));
        }
      }
      write(purges);
      from = chunk.upTo();
    }
  }

  private void write(List<Entry> entries) {
    if (!entries.isEmpty()) {
      own.write(Write.of(entries), Runnable::run).join();
    }
  }
}
