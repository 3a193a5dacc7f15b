package io.virga.objectstore.device;

import io.virga.objectstore.log.ChannelDisk;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk whose syncs can be made to fail, which can be full, and which counts. */
final class FaultyDisk implements Disk {

  private final Disk disk = new ChannelDisk();
  private volatile boolean failing;
  private volatile boolean full;
  private volatile boolean refusing;
  private final AtomicInteger syncs = new AtomicInteger();

  void failSyncs() {
    failing = true;
  }

  void heal() {
    failing = false;
    refusing = false;
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
        opened.read(into, offset);
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
