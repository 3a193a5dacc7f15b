package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A disk on which writes to segments can get stuck, and on which journal files cannot be made. It
 * refuses to open a file twice.
 */
public final class FaultyDisk implements Disk {

  private final Disk disk;
  private final List<Runnable> stuck = new ArrayList<>();
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private volatile boolean sticking;
  private volatile boolean refusing;
  private volatile boolean full;
  private volatile boolean noSegments;
  private volatile boolean noGrowth;
  private volatile boolean noReads;
  private volatile boolean noHoles;
  private final AtomicInteger holes = new AtomicInteger();
  private volatile long usable = Long.MAX_VALUE;
  private volatile boolean hidden;

  public FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  /** From now on no write to a segment comes to an end. */
  public void stick() {
    sticking = true;
  }

  /** Writes go on, in the order in which they came. */
  public void unstick(EventLoop loop) {
    loop.submit(
            () -> {
              sticking = false;
              stuck.forEach(Runnable::run);
              stuck.clear();
            })
        .syncUninterruptibly();
  }

  /** How many writes are stuck. */
  public int stuck(EventLoop loop) {
    return loop.submit(() -> stuck.size()).syncUninterruptibly().getNow();
  }

  /** From now on no journal file can be opened. */
  public void refuseJournals() {
    refusing = true;
  }

  /** From now on no journal file can be filled. */
  public void fill() {
    full = true;
  }

  /** Whether segments can be opened. */
  public void refuseSegments(boolean refused) {
    noSegments = refused;
  }

  /** Whether segments can grow. */
  public void refuseGrowth(boolean refused) {
    noGrowth = refused;
  }

  /** How much space the disk says that it has. */
  public void usable(long bytes) {
    usable = bytes;
  }

  /** Whether nothing can be given back to it. */
  public void refuseHoles(boolean refused) {
    noHoles = refused;
  }

  /** How often something was given back to it. */
  public int holes() {
    return holes.get();
  }

  /** Whether segments cannot be read. */
  public void refuseReads(boolean refused) {
    noReads = refused;
  }

  /** From now on the contents of journal files are all zeros. */
  public void hideJournals() {
    hidden = true;
  }

  @Override
  public StorageFile open(String name) throws IOException {
    if (noSegments && name.startsWith("seg-")) {
      throw new IllegalArgumentException("a disk that refuses segments in an unexpected way");
    }
    if (refusing && name.startsWith("journal-")) {
      throw new IOException("No space left on device");
    }
    if (!names.add(name)) {
      throw new IllegalStateException(name + " is open already");
    }
    return new File(name, disk.open(name));
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return disk.list(prefix);
  }

  @Override
  public long usableBytes() throws IOException {
    return Math.min(usable, disk.usableBytes());
  }

  @Override
  public byte[] content(String name, int maximumBytes) throws IOException {
    byte[] content = disk.content(name, maximumBytes);
    return hidden ? new byte[content.length] : content;
  }

  private final class File implements StorageFile {
    private final String name;
    private final StorageFile file;

    File(String name, StorageFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      if (noReads && name.startsWith("seg-")) {
        listener.done(false);
      } else {
        file.read(position, buffer, index, length, listener);
      }
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      if (sticking && name.startsWith("seg-")) {
        stuck.add(() -> file.write(position, buffer, index, length, listener));
      } else {
        file.write(position, buffer, index, length, listener);
      }
    }

    @Override
    public void sync(IoListener listener) {
      file.sync(listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      boolean refused = name.startsWith("journal-") ? full : noGrowth;
      if (refused) {
        listener.done(false);
      } else {
        file.growZeroed(sizeBytes, listener);
      }
    }

    @Override
    public void punch(long position, long length, IoListener listener) {
      if (noHoles) {
        listener.done(false);
      } else {
        holes.incrementAndGet();
        file.punch(position, length, listener);
      }
    }

    @Override
    public long sizeBytes() {
      return file.sizeBytes();
    }

    @Override
    public void close() {
      names.remove(name);
      file.close();
    }
  }
}
