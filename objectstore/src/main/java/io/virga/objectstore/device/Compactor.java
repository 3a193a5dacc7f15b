package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Quarantined;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Gives space back. Sealed segments that no object names are deleted; from those of which less than
 * half is live the live extents are copied away, not faster than the device's options say.
 */
final class Compactor {

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final long WINDOW_BYTES = 16L * Block.DATA_BYTES;
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
    device
        .index()
        .forEachObject(
            row -> {
              if (!stopped && row.extents().stream().anyMatch(e -> sparse.contains(e.segment()))) {
                move(row, sparse);
              }
            });
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
    } catch (StoreFailure.DamagedData e) {
      device.damaged(row, String.valueOf(e.getMessage()));
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
      for (long at = 0; at < extent.lengthBytes(); at += WINDOW_BYTES) {
        long some = Math.min(WINDOW_BYTES, extent.lengthBytes() - at);
        opened
            .bytes(at, some)
            .concatMap(buffer -> Mono.fromFuture(upload.write(buffer), true), 1)
            .doOnDiscard(ByteBuf.class, ByteBuf::release)
            .blockLast();
        throttle(some);
      }
      Content copied = upload.finish().join();
      return copied instanceof Content.Extents(List<Extent> extents) ? extents : List.of(extent);
    }
  }

  private void throttle(long bytes) {
    long nanos = bytes * 1_000_000_000L / device.options().compactionBytesPerSecond();
    LockSupport.parkNanos(nanos);
  }

  private void await(Change<Boolean> change) {
    device.commit(change, Runnable::run).join();
  }
}
