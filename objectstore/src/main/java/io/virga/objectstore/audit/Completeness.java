package io.virga.objectstore.audit;

import io.virga.objectstore.cluster.PlacedRing;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.index.PartitionRows;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Proves that what a device has is at all its other replicas too, the same and complete: compares
 * every partition of every ring with every other slot. Blocks; used once.
 */
public final class Completeness {

  private static final int COMPARED_AT_ONCE = 256;
  private static final int MOST_DIFFERENCES = 100;
  private static final long ANSWER_SECONDS = 120;

  private final LocalReplica own;
  private final RingTopology topology;
  private final Auditor auditor;
  private final List<String> differences = new ArrayList<>();
  private final Map<Replica, List<Replica.Digest>> waiting = new LinkedHashMap<>();
  private long partitions;
  private long comparisons;
  private long differing;

  public Completeness(Auditor auditor, RingTopology topology) {
    this.own = auditor.replica();
    this.topology = topology;
    this.auditor = auditor;
  }

  /**
   * What was found.
   *
   * @param partitions of the device
   * @param comparisons with other replicas
   * @param differing how much is not as it should be
   * @param differences the first of it, in words
   */
  public record Report(
      String device, long partitions, long comparisons, long differing, List<String> differences) {

    public boolean good() {
      return differing == 0;
    }
  }

  /** Compares all. */
  public Report run() {
    for (PlacedRing ring : topology.rings()) {
      for (int number = 0; number < ring.ring().partitions(); number++) {
        take(ring, topology.slots(ring, number));
      }
    }
    List.copyOf(waiting.keySet()).forEach(this::compare);
    long lost = auditor.status().lost();
    if (lost > 0) {
      found(lost + " damaged objects wait for a good copy");
    }
    return new Report(own.name(), partitions, comparisons, differing, List.copyOf(differences));
  }

  private void take(PlacedRing ring, Slots slots) {
    PartitionId partition = slots.partition();
    if (slots.slots().stream().noneMatch(slot -> slot.replica() == own)) {
      return;
    }
    partitions++;
    if (slots.isSingle()) {
      return;
    }
    if (!own.device().index().isComplete(partition)) {
      found(text(partition) + " is not complete here");
    }
    int power = ring.ring().partPower();
    PartitionRows.Summary summary = own.device().index().partitionRows().summary(partition, power);
    Replica.Digest digest = new Replica.Digest(partition, power, summary.digest());
    for (Slots.Slot slot : slots.slots()) {
      if (slot.replica() != own) {
        List<Replica.Digest> some =
            waiting.computeIfAbsent(slot.replica(), replica -> new ArrayList<>());
        some.add(digest);
        if (some.size() == COMPARED_AT_ONCE) {
          compare(slot.replica());
        }
      }
    }
  }

  private void compare(Replica other) {
    List<Replica.Digest> digests = waiting.remove(other);
    if (digests == null || digests.isEmpty()) {
      return;
    }
    try {
      List<Replica.Compared> answers =
          other.compare(digests, Runnable::run).orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
      for (int i = 0; i < digests.size(); i++) {
        judge(other, digests.get(i).partition(), answers.get(i));
      }
    } catch (RuntimeException e) {
      for (Replica.Digest digest : digests) {
        found(text(digest.partition()) + " cannot be compared with " + other.name() + ": " + e);
      }
    }
  }

  private void judge(Replica other, PartitionId partition, Replica.Compared answer) {
    comparisons++;
    if (!answer.same()) {
      found(text(partition) + " differs at " + other.name());
    } else if (!answer.complete()) {
      found(text(partition) + " is not complete at " + other.name());
    }
  }

  private void found(String difference) {
    differing++;
    if (differences.size() < MOST_DIFFERENCES) {
      differences.add(difference);
    }
  }

  private static String text(PartitionId partition) {
    return switch (partition.kind()) {
      case ACCOUNT -> "account partition " + partition.number();
      case CONTAINER -> "container partition " + partition.number();
      case OBJECT ->
          "object partition %d of policy %d".formatted(partition.number(), partition.policy());
    };
  }
}
