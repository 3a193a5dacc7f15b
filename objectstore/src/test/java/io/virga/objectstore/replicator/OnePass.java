package io.virga.objectstore.replicator;

import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.replica.Replica;

/** A pass over a device without the replicator's thread. */
public final class OnePass {

  private OnePass() {}

  /** Runs one; see {@link Pass}. */
  public static PassReport run(Replica own, Index index, RingTopology topology) {
    Shipper shipper = new Shipper(new Throttle(Long.MAX_VALUE / 2));
    return new Pass(own, index, topology, shipper).run();
  }
}
