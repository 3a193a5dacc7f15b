package io.virga.objectstore.device;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The segments that a commit group names, held until it has been made durable. */
final class HeldSegments implements AutoCloseable {

  private final DataSegments segments;
  private final Map<Long, DataSegment> held = new TreeMap<>();

  HeldSegments(DataSegments segments) {
    this.segments = segments;
  }

  /**
   * Holds what an entry names.
   *
   * @throws StoreFailure.DamagedData if it is gone, since whoever wrote it has given up
   */
  void hold(Entry entry) {
    switch (entry) {
      case Entry.PutObject(ObjectRow row) -> hold(row);
      case Entry.MoveObject(ObjectRow row) -> hold(row);
      default -> {}
    }
  }

  private void hold(ObjectRow row) {
    for (Extent extent : row.extents()) {
      held.computeIfAbsent(
          extent.segment(),
          number ->
              segments
                  .hold(number)
                  .orElseThrow(
                      () -> new StoreFailure.DamagedData(extent.segmentName() + " is gone")));
    }
  }

  /** Makes everything in them durable, but for what the journal does. */
  void sync() throws IOException {
    for (DataSegment segment : held.values()) {
      if (!segment.isInJournal()) {
        segment.sync();
      }
    }
  }

  @Override
  public void close() {
    held.values().forEach(DataSegment::release);
  }
}
