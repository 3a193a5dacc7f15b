package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A disk of files that have names and sizes, and nothing in them. */
final class FileSizes implements Disk {

  private final TreeMap<String, Long> files = new TreeMap<>();
  private final List<String> closed = new ArrayList<>();

  FileSizes with(String name, long sizeBytes) {
    files.put(name, sizeBytes);
    return this;
  }

  List<String> names() {
    return List.copyOf(files.keySet());
  }

  List<String> closed() {
    return closed;
  }

  @Override
  public StorageFile open(String name) {
    return new Sized(name, files.computeIfAbsent(name, made -> 0L));
  }

  @Override
  public List<String> list(String prefix) {
    return files.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte[] content(String name, int maximumBytes) {
    throw new IllegalArgumentException(name);
  }

  private final class Sized implements StorageFile {
    private final String name;
    private final long size;

    Sized(String name, long size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      listener.done(false);
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      listener.done(false);
    }

    @Override
    public void sync(IoListener listener) {
      listener.done(false);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      listener.done(false);
    }

    @Override
    public void punch(long position, long length, IoListener listener) {
      throw new IllegalStateException("nobody punches");
    }

    @Override
    public long sizeBytes() {
      return size;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }
}
