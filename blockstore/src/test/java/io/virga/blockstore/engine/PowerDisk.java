package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.IoListener;
import io.virga.blockstore.storage.StorageFile;
import io.virga.dataplane.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A disk in memory that can lose power after a number of operations: everything fails from then on,
 * and of what was not synced each sector is lost or kept by chance.
 */
final class PowerDisk implements Disk {

  private static final int SECTOR = 512;

  private final TreeMap<String, Content> files;
  private final EventExecutor loop;
  private final Random random;
  private final CompletableFuture<Boolean> dead = new CompletableFuture<>();
  private long operationsLeft;

  private PowerDisk(
      TreeMap<String, Content> files, EventExecutor loop, Random random, long operations) {
    this.files = files;
    this.loop = loop;
    this.random = random;
    this.operationsLeft = operations;
  }

  static PowerDisk empty(EventExecutor loop, Random random, long operations) {
    return new PowerDisk(new TreeMap<>(), loop, random, operations);
  }

  /** Done when the power is gone. */
  CompletableFuture<Boolean> dead() {
    return dead;
  }

  /** The disk when the power is back; this one must not be used any more. */
  PowerDisk restarted(EventExecutor nextLoop, long operations) {
    TreeMap<String, Content> survived = new TreeMap<>();
    files.forEach((name, content) -> survived.put(name, content.survive(random)));
    return new PowerDisk(survived, nextLoop, random, operations);
  }

  @Override
  public StorageFile open(String name) {
    synchronized (files) {
      return new PowerFile(files.computeIfAbsent(name, n -> new Content()));
    }
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
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException(name);
    }
    byte[] bytes = new byte[(int) Math.min(content.size, maximumBytes)];
    for (int at = 0; at < bytes.length; at += SECTOR) {
      byte[] sector = content.cached.get((long) at / SECTOR);
      if (sector != null) {
        System.arraycopy(sector, 0, bytes, at, Math.min(SECTOR, bytes.length - at));
      }
    }
    return bytes;
  }

  private void complete(Runnable effect, IoListener listener) {
    loop.execute(
        () -> {
          if (operationsLeft <= 0) {
            dead.complete(true);
            listener.done(false);
            return;
          }
          operationsLeft--;
          effect.run();
          listener.done(true);
        });
  }

  private static final class Content {
    private final Map<Long, byte[]> cached = new HashMap<>();
    private final Map<Long, byte[]> durable = new HashMap<>();
    private final List<Write> unsynced = new ArrayList<>();
    private final TreeMap<Long, Long> hollow = new TreeMap<>();
    private long size;

    Content survive(Random random) {
      Content next = new Content();
      next.size = size;
      next.durable.putAll(durable);
      for (Write write : unsynced) {
        write.sectors.forEach(
            (sector, value) -> {
              if (random.nextBoolean()) {
                next.durable.put(sector, value);
              }
            });
      }
      next.cached.putAll(next.durable);
      next.hollow.putAll(hollow);
      return next;
    }
  }

  private static final class Write {
    private final Map<Long, byte[]> sectors = new HashMap<>();
    private boolean completed;
  }

  private final class PowerFile implements StorageFile {
    private final Content content;

    PowerFile(Content content) {
      this.content = content;
    }

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      complete(
          () -> {
            for (int done = 0; done < length; ) {
              long at = position + done;
              int inSector = (int) (at % SECTOR);
              int here = Math.min(SECTOR - inSector, length - done);
              byte[] sector = content.cached.get(at / SECTOR);
              if (sector == null) {
                buffer.setZero(index + done, here);
              } else {
                buffer.setBytes(index + done, sector, inSector, here);
              }
              done += here;
            }
          },
          listener);
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      fillHole(position, length);
      Write write = new Write();
      for (int done = 0; done < length; ) {
        long at = position + done;
        int inSector = (int) (at % SECTOR);
        int here = Math.min(SECTOR - inSector, length - done);
        byte[] old = content.cached.get(at / SECTOR);
        byte[] sector = old == null ? new byte[SECTOR] : Arrays.copyOf(old, SECTOR);
        buffer.getBytes(index + done, sector, inSector, here);
        write.sectors.put(at / SECTOR, sector);
        done += here;
      }
      content.unsynced.add(write);
      complete(
          () -> {
            content.cached.putAll(write.sectors);
            content.size = Math.max(content.size, position + length);
            write.completed = true;
          },
          listener);
    }

    /** Loses the sectors, or not until the power does; what is written to the hole is all of it. */
    @Override
    public void punch(long position, long length, IoListener listener) {
      Write write = new Write();
      for (long at = position; at < position + length; at += SECTOR) {
        write.sectors.put(at / SECTOR, new byte[SECTOR]);
      }
      content.unsynced.add(write);
      complete(
          () -> {
            content.cached.putAll(write.sectors);
            content.hollow.put(position, length);
            write.completed = true;
          },
          listener);
    }

    /** Whoever takes a hole fills it: else the disk may be full in the middle of a write. */
    private void fillHole(long position, long length) {
      Map.Entry<Long, Long> hole = content.hollow.floorEntry(position);
      if (hole != null && position < hole.getKey() + hole.getValue()) {
        Invariant.check(
            position == hole.getKey() && length == hole.getValue(), "a hole is filled as a whole");
        content.hollow.remove(hole.getKey());
      }
    }

    @Override
    public void sync(IoListener listener) {
      List<Write> covered = new ArrayList<>();
      content.unsynced.stream().filter(write -> write.completed).forEach(covered::add);
      complete(
          () -> {
            covered.forEach(write -> content.durable.putAll(write.sectors));
            content.unsynced.removeAll(covered);
          },
          listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      complete(() -> content.size = sizeBytes, listener);
    }

    @Override
    public long sizeBytes() {
      return content.size;
    }

    @Override
    public void close() {
      content.unsynced.removeIf(write -> write.completed && write.sectors.isEmpty());
    }
  }
}
