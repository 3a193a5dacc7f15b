package io.virga.objectstore.audit;

import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import java.util.ArrayList;
import java.util.List;

/** The auditor's work on a device without its thread and its patience. */
public final class AuditRound {

  private final LocalReplica own;
  private final Infirmary infirmary;

  public AuditRound(LocalReplica own, Topology topology) {
    this.own = own;
    Pacer pacer = new Pacer(Long.MAX_VALUE / 2, () -> false);
    this.infirmary = new Infirmary(own, topology, pacer, AuditMetrics.none());
    own.device().onDamage(infirmary::report);
  }

  /** Reads every object and has repaired what is damaged. */
  public void run(Timestamp now) {
    while (infirmary.inspectReported(now)) {
      // What was met comes first.
    }
    List<ObjectRow> rows = new ArrayList<>();
    own.device().index().forEachObject(rows::add);
    rows.stream().filter(row -> !row.deleted()).forEach(row -> infirmary.inspect(row, now));
    infirmary.retry();
  }

  /** How many objects wait for a good copy. */
  public long lost() {
    return infirmary.lost();
  }
}
