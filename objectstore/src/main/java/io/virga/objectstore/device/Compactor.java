package io.virga.objectstore.device;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives space back. Sealed segments that no object names are deleted; from those of which less than
 * half is live the live extents are copied away, not faster than the device's options say. In the
 * same pass over the index old tombstones go.
 */
final class Compactor {

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final double LIVE_THRESHOLD = 0.5;

  private final Device device;
  private final InstantSource clock;
  private volatile boolean stopped;

  Compactor(Device device, InstantSource clock) {
    this.device = device;
    this.clock = clock;
  }

  void stop() {
    stopped = true;
  }

  synchronized void run() {
    deleteEmpty();
    Set<Long> sparse = new HashSet<>();
    for (DataSegment segment : device.segments().sealed()) {
      long live = device.files().liveBytes().of(segment.number());
      if (live > 0 && live < segment.reservedBytes() * LIVE_THRESHOLD) {
        sparse.add(segment.number());
      }
    }
    if (!sparse.isEmpty() && device.state() instanceof DeviceState.Up) {
      moveOut(sparse);
      deleteEmpty();
    }
  }

  private void deleteEmpty() {
    for (DataSegment segment : device.segments().sealed()) {
      if (device.files().liveBytes().of(segment.number()) == 0) {
        try {
          device.segments().retire(segment);
        } catch (IOException e) {
          LOG.warn("data segment {} could not be deleted", segment.number(), e);
        }
      }
    }
  }

  private void moveOut(Set<Long> sparse) {
    Index index = device.index();
    Timestamp reclaim = Timestamp.of(clock.instant().minus(device.options().reclaimAge()));
    List<Entry> purges = new ArrayList<>();
    index.forEachObject(
        row -> {
          if (stopped) {
            return;
          }
          if (row.deleted() && reclaim.isAfter(row.timestamp())) {
            purges.add(new Entry.PurgeObject(row.policy(), row.path(), row.timestamp()));
          } else if (row.extents().stream().anyMatch(e -> sparse.contains(e.segment()))) {
            move(row, sparse);
          }
        });
    for (Entry purge : purges) {
      await(view -> new Change.Decision<>(List.of(purge), true));
    }
  }

  private void move(ObjectRow row, Set<Long> sparse) {
    List<Upload> uploads = new ArrayList<>();
    try {
      List<Extent> moved = new ArrayList<>();
      for (Extent extent : row.extents()) {
        if (sparse.contains(extent.segment())) {
          Upload upload = device.copy(row.path(), extent.lengthBytes());
          uploads.add(upload);
          moved.addAll(copy(extent, upload));
        } else {
          moved.add(extent);
        }
      }
      ObjectRow target = row.withContent(new Content.Extents(moved));
      await(view -> new Change.Decision<>(List.of(new Entry.MoveObject(target)), true));
    } catch (StoreFailure | CompletionException e) {
      LOG.warn("{} could not be moved", row.path(), e);
    } finally {
      uploads.forEach(Upload::close);
    }
  }

  private List<Extent> copy(Extent extent, Upload upload) {
    Content source = new Content.Extents(List.of(extent));
    ContentReader.Opened opened =
        device
            .reader()
            .open(source)
            .orElseThrow(() -> new StoreFailure.DamagedData("an extent went while it was moved"));
    try (opened) {
      opened
          .bytes(0, extent.lengthBytes())
          .doOnNext(buffer -> throttle(buffer.readableBytes()))
          .toStream(2)
          .forEach(buffer -> upload.write(buffer).join());
      Content copied = upload.finish().join();
      return copied instanceof Content.Extents(List<Extent> extents) ? extents : List.of(extent);
    }
  }

  private void throttle(int bytes) {
    long nanos = bytes * 1_000_000_000L / device.options().compactionBytesPerSecond();
    LockSupport.parkNanos(nanos);
  }

  private void await(Change<Boolean> change) {
    device.commit(change, Runnable::run).join();
  }
}
