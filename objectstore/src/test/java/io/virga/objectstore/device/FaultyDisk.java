package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.SocketBurst;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.SegmentFile;
import io.virga.objectstore.log.TestDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A disk whose syncs and reads can be made to fail, which can be full, and which counts. */
final class FaultyDisk implements Disk {

  private final Disk disk = TestDisk.open();
  private volatile boolean failing;
  private volatile boolean failingReads;
  private volatile boolean full;
  private volatile boolean refusing;
  private final AtomicInteger syncs = new AtomicInteger();
  private volatile CompletableFuture<@Nullable Void> paused =
      CompletableFuture.completedFuture(null);
  private final List<ByteBuf> readInto = new CopyOnWriteArrayList<>();

  void failSyncs() {
    failing = true;
  }

  void failReads() {
    failingReads = true;
  }

  /** Reads for event loops wait from now on. */
  void pauseReads() {
    paused = new CompletableFuture<>();
  }

  void resumeReads() {
    paused.complete(null);
  }

  /** What event loops have read into. */
  List<ByteBuf> readInto() {
    return readInto;
  }

  void heal() {
    failing = false;
    refusing = false;
    failingReads = false;
  }

  /** No new file can be made. */
  void refuseFiles() {
    refusing = true;
  }

  /** How often a file was made durable, not counting those that are being prepared. */
  int syncs() {
    return syncs.get();
  }

  void fill() {
    full = true;
  }

  @Override
  public SegmentFile open(Path file) throws IOException {
    if (refusing) {
      throw new IOException("No space left on device");
    }
    boolean prepared = file.toString().endsWith(".new");
    SegmentFile opened = disk.open(file);
    return new SegmentFile() {
      @Override
      public void write(ByteBuffer data, long offset) throws IOException {
        opened.write(data, offset);
      }

      @Override
      public void read(ByteBuffer into, long offset) throws IOException {
        if (failingReads) {
          throw new IOException("Input/output error");
        }
        opened.read(into, offset);
      }

      @Override
      public CompletableFuture<Void> read(ByteBuf into, long offset, EventLoop loop) {
        readInto.add(into);
        return failingReads
            ? CompletableFuture.failedFuture(new IOException("d1: EIO"))
            : paused.thenCompose(resumed -> opened.read(into, offset, loop));
      }

      @Override
      public int send(SocketBurst burst, long offset, int length) {
        return opened.send(burst, offset, length);
      }

      @Override
      public void sync() throws IOException {
        if (failing) {
          throw new IOException("Input/output error");
        }
        opened.sync();
        if (!prepared) {
          syncs.incrementAndGet();
        }
      }

      @Override
      public long size() throws IOException {
        return opened.size();
      }

      @Override
      public void close() throws IOException {
        opened.close();
      }
    };
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return full ? 0 : disk.usableBytes(directory);
  }
}
