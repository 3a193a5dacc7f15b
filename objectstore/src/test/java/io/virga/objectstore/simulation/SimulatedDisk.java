package io.virga.objectstore.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.SocketBurst;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.SegmentFile;
import io.virga.objectstore.log.TestDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A disk that remembers what has not been synced, so that a loss of power can take any part of it
 * back; whose syncs fail, and which can be full. Files are real; the index does not go through it,
 * and is in a crash as it was last flushed.
 */
final class SimulatedDisk implements Disk {

  private static final int SECTOR_BYTES = 512;

  /** What a file held before a write. */
  private record Unsynced(OpenFile file, long offset, byte[] before) {}

  private final Disk disk = TestDisk.open();
  private final Deque<Unsynced> unsynced = new ArrayDeque<>();
  private boolean full;
  private boolean failing;
  private boolean losingPower;
  private boolean powerLost;
  private boolean opened;

  synchronized void setFull(boolean full) {
    this.full = full;
  }

  /** From now on no sync succeeds. */
  synchronized void failSyncs() {
    failing = true;
  }

  /** Whether syncs fail, or will. */
  synchronized boolean isFailing() {
    return failing || losingPower;
  }

  /** The power goes in the next sync. */
  synchronized void losePowerInSync() {
    losingPower = true;
  }

  /** Whether the power has gone in a sync. */
  synchronized boolean isPowerLost() {
    return powerLost;
  }

  /** Whether files have been opened since this was asked. */
  synchronized boolean wasOpened() {
    boolean was = opened;
    opened = false;
    return was;
  }

  synchronized void heal() {
    failing = false;
    losingPower = false;
    powerLost = false;
    full = false;
  }

  /** The process is gone, and with it nothing. */
  synchronized void forgetUnsynced() {
    unsynced.clear();
  }

  /** The power is gone: of each write that was not synced some sectors are there, others not. */
  synchronized void loseUnsynced(Random random) throws IOException {
    while (!unsynced.isEmpty()) {
      Unsynced last = unsynced.removeLast();
      int kind = random.nextInt(3);
      for (int at = 0; at < last.before().length; at += SECTOR_BYTES) {
        if (kind == 0 || (kind == 1 && random.nextBoolean())) {
          int some = Math.min(SECTOR_BYTES, last.before().length - at);
          last.file().opened.write(ByteBuffer.wrap(last.before(), at, some), last.offset() + at);
        }
      }
    }
  }

  @Override
  public SegmentFile open(Path file) throws IOException {
    synchronized (this) {
      if (full && !Files.exists(file)) {
        throw noSpace();
      }
      opened = true;
    }
    return new OpenFile(disk.open(file));
  }

  @Override
  public void syncDirectory(Path directory) {
    // The names of files are durable at once.
  }

  @Override
  public long usableBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  private static IOException noSpace() {
    return new IOException("No space left on device");
  }

  private synchronized void note(OpenFile file, long offset, int length) throws IOException {
    long size = file.size();
    if (full && offset + length > size) {
      throw noSpace();
    }
    byte[] before = new byte[length];
    int there = (int) Math.clamp(size - offset, 0, length);
    if (there > 0) {
      file.read(ByteBuffer.wrap(before, 0, there), offset);
    }
    unsynced.addLast(new Unsynced(file, offset, before));
  }

  private synchronized void sync(OpenFile file) throws IOException {
    if (losingPower || powerLost) {
      powerLost = true;
      throw new IOException("the power is gone");
    }
    if (failing) {
      throw new IOException("Input/output error");
    }
    unsynced.removeIf(write -> write.file() == file);
  }

  private synchronized void forget(OpenFile file) {
    unsynced.removeIf(write -> write.file() == file);
  }

  private final class OpenFile implements SegmentFile {
    private final SegmentFile opened;

    OpenFile(SegmentFile opened) {
      this.opened = opened;
    }

    @Override
    public void write(ByteBuffer data, long offset) throws IOException {
      note(this, offset, data.remaining());
      opened.write(data, offset);
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
      opened.read(into, offset);
    }

    @Override
    public CompletableFuture<Void> read(ByteBuf into, long offset, EventLoop loop) {
      return opened.read(into, offset, loop);
    }

    @Override
    public int send(SocketBurst burst, long offset, int length) {
      return opened.send(burst, offset, length);
    }

    @Override
    public void sync() throws IOException {
      SimulatedDisk.this.sync(this);
    }

    @Override
    public long size() throws IOException {
      return opened.size();
    }

    @Override
    public void close() throws IOException {
      forget(this);
      opened.close();
    }
  }
}
