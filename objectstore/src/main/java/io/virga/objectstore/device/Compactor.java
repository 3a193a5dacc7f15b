package io.virga.objectstore.device;

import io.virga.objectstore.index.Quarantined;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.record.Extent;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives space back. Sealed segments that no object names are deleted; from those of which less than
 * half is live the live extents are copied away, not faster than the device's options say.
 */
final class Compactor {

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final double LIVE_THRESHOLD = 0.5;

  private final Device device;
  private volatile boolean stopped;

  Compactor(Device device) {
    this.device = device;
  }

  void stop() {
    stopped = true;
  }

  synchronized void run() {
    deleteEmpty();
    Map<Long, Long> apart = keptApart();
    Set<Long> sparse = new HashSet<>();
    for (DataSegment segment : device.segments().sealed()) {
      long live =
          device.files().liveBytes().of(segment.number())
              - apart.getOrDefault(segment.number(), 0L);
      if (live > 0 && live < segment.reservedBytes() * LIVE_THRESHOLD) {
        sparse.add(segment.number());
      }
    }
    if (!sparse.isEmpty() && device.state() instanceof DeviceState.Up) {
      moveOut(sparse);
      deleteEmpty();
    }
  }

  /** Damaged bytes are not moved: they stay where they are until an operator has them purged. */
  private Map<Long, Long> keptApart() {
    Map<Long, Long> bytes = new HashMap<>();
    for (Quarantined quarantined : device.index().quarantined()) {
      for (Extent extent : quarantined.row().extents()) {
        bytes.merge(extent.segment(), extent.storedBytes(), Long::sum);
      }
    }
    return bytes;
  }

  /** Also at each checkpoint, for the journal. */
  void deleteEmpty() {
    for (DataSegment segment : device.segments().sealed()) {
      if (device.files().liveBytes().of(segment.number()) == 0) {
        try {
          device.segments().retire(segment);
        } catch (IOException e) {
          LOG.warn("segment {} could not be given back", segment.number(), e);
        }
      }
    }
  }

  private void moveOut(Set<Long> sparse) {
    try (Moves moves = new Moves(device, sparse)) {
      device
          .index()
          .forEachObject(
              row -> {
                if (!stopped) {
                  moves.add(row);
                }
              });
      moves.commit();
    }
  }
}
