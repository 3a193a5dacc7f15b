package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectRow;
import java.util.List;
import java.util.Optional;

/** What the rows of several replicas come to. */
final class Rows {

  private Rows() {}

  /** The row that holds, which may be a tombstone. */
  static Optional<ObjectRow> newest(List<QuorumRead.Given<Optional<ObjectRow>>> given) {
    Optional<ObjectRow> newest = Optional.empty();
    for (QuorumRead.Given<Optional<ObjectRow>> one : given) {
      Optional<ObjectRow> row = one.value();
      if (row.isPresent() && (newest.isEmpty() || row.get().isNewerThan(newest.get()))) {
        newest = row;
      }
    }
    return newest;
  }

  /** All that is known of a container or an account, also if it is deleted. */
  static Optional<ContainerRow> merged(List<QuorumRead.Given<Optional<ContainerRow>>> given) {
    Optional<ContainerRow> merged = Optional.empty();
    for (QuorumRead.Given<Optional<ContainerRow>> one : given) {
      Optional<ContainerRow> row = one.value();
      merged =
          row.isPresent() && merged.isPresent()
              ? merged.map(m -> m.merge(row.get()))
              : merged.or(() -> row);
    }
    return merged;
  }
}
