package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Copies extents out of segments, not faster than the device's options say, and changes the rows of
 * some objects at a time. For one thread; blocks.
 */
final class Moves implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Moves.class);
  private static final long WINDOW_BYTES = 16L * Block.DATA_BYTES;
  private static final int ROWS_AT_ONCE = 64;

  private final Device device;
  private final Set<Long> sparse;
  private final List<Entry> copied = new ArrayList<>();
  private final List<Upload> uploads = new ArrayList<>();

  /**
   * @param sparse the segments
   */
  Moves(Device device, Set<Long> sparse) {
    this.device = device;
    this.sparse = sparse;
  }

  /** Copies what an object has in the segments, if anything. */
  void add(ObjectRow row) {
    if (row.extents().stream().noneMatch(extent -> sparse.contains(extent.segment()))) {
      return;
    }
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
      copied.add(new Entry.MoveObject(row.withContent(new Content.Extents(moved))));
    } catch (StoreFailure.DamagedData e) {
      device.damaged(row, String.valueOf(e.getMessage()));
    } catch (StoreFailure | CompletionException e) {
      LOG.warn("{} could not be moved", row.path(), e);
    }
    if (copied.size() >= ROWS_AT_ONCE) {
      commit();
    }
  }

  private List<Extent> copy(Extent extent, Upload upload) {
    Content source = new Content.Extents(List.of(extent));
    ContentReader.Opened opened =
        device
            .reader()
            .open(source, device.io())
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
      Content content = upload.finish().join();
      return content instanceof Content.Extents(List<Extent> extents) ? extents : List.of(extent);
    }
  }

  private void throttle(long bytes) {
    long nanos = bytes * 1_000_000_000L / device.options().compactionBytesPerSecond();
    LockSupport.parkNanos(nanos);
  }

  /** Has the rows name the copies. */
  void commit() {
    try {
      List<Entry> entries = List.copyOf(copied);
      device.commit(view -> new Change.Decision<>(entries, true), Runnable::run).join();
    } catch (CompletionException e) {
      LOG.warn("{} objects could not be moved", copied.size(), e);
    } finally {
      close();
    }
  }

  /** Lets go of the copies. */
  @Override
  public void close() {
    copied.clear();
    uploads.forEach(Upload::close);
    uploads.clear();
  }
}
