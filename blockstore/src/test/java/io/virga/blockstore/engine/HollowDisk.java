package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.IoListener;
import io.virga.blockstore.storage.StorageFile;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A disk of any size that keeps nothing: all reads are zeros. For what is about maps alone. */
final class HollowDisk implements Disk {

  private final EventExecutor loop;
  private final NavigableMap<String, Long> sizes;
  private final Set<String> synced;

  HollowDisk(EventExecutor loop) {
    this(loop, new ConcurrentSkipListMap<>());
  }

  /** A disk with files of these sizes, which it keeps. */
  HollowDisk(EventExecutor loop, NavigableMap<String, Long> sizes) {
    this(loop, sizes, ConcurrentHashMap.newKeySet());
  }

  /** A disk that adds to these the names of the files that are synced. */
  HollowDisk(EventExecutor loop, NavigableMap<String, Long> sizes, Set<String> synced) {
    this.loop = loop;
    this.sizes = sizes;
    this.synced = synced;
  }

  @Override
  public StorageFile open(String name) {
    sizes.putIfAbsent(name, 0L);
    return new HollowFile(name);
  }

  @Override
  public List<String> list(String prefix) {
    return sizes.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte[] content(String name, int maximumBytes) {
    throw new IllegalArgumentException(name);
  }

  private final class HollowFile implements StorageFile {
    private final String name;

    HollowFile(String name) {
      this.name = name;
    }

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
      synced.add(name);
      done(listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      sizes.put(name, sizeBytes);
      done(listener);
    }

    @Override
    public void punch(long position, long length, IoListener listener) {
      done(listener);
    }

    @Override
    public long sizeBytes() {
      return sizes.getOrDefault(name, 0L);
    }

    @Override
    public void close() {}

    private void done(IoListener listener) {
      loop.execute(() -> listener.done(true));
    }
  }
}
