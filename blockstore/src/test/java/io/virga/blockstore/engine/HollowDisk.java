package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.IoListener;
import io.virga.blockstore.storage.StorageFile;
import java.util.List;

/** A disk of any size that keeps nothing: all reads are zeros. For what is about maps alone. */
final class HollowDisk implements Disk {

  private final EventExecutor loop;

  HollowDisk(EventExecutor loop) {
    this.loop = loop;
  }

  @Override
  public StorageFile open(String name) {
    return new HollowFile();
  }

  @Override
  public List<String> list(String prefix) {
    return List.of();
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte[] content(String name) {
    throw new IllegalArgumentException(name);
  }

  private final class HollowFile implements StorageFile {
    private long size;

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      buffer.setZero(index, length);
      done(listener);
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      done(listener);
    }

    @Override
    public void sync(IoListener listener) {
      done(listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      size = sizeBytes;
      done(listener);
    }

    @Override
    public long sizeBytes() {
      return size;
    }

    @Override
    public void close() {}

    private void done(IoListener listener) {
      loop.execute(() -> listener.done(true));
    }
  }
}
