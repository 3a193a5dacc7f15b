package io.virga.objectstore.cluster;

import io.virga.dataplane.ring.Ring;
import io.virga.objectstore.record.PartitionId;

/**
 * A ring and what it places.
 *
 * @param policy only of objects, else 0
 */
public record PlacedRing(PartitionId.Kind kind, int policy, Ring ring) {

  /** One of its partitions. */
  public PartitionId partition(int number) {
    return new PartitionId(kind, policy, number);
  }
}
