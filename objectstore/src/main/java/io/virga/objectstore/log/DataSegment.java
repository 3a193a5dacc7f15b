package io.virga.objectstore.log;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.SocketBurst;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An open segment that objects have bytes in. Who reads or writes it holds it; a segment that
 * nobody holds can be retired, and then nobody can hold it any more. Thread-safe.
 */
public final class DataSegment {

  private static final int RETIRED = -1;

  private final long number;
  private final Path path;
  private final SegmentFile file;
  private final long capacity;
  private final AtomicLong reserved;
  private final AtomicInteger holders = new AtomicInteger();

  DataSegment(long number, Path path, SegmentFile file, long reserved, long capacity) {
    this.number = number;
    this.path = path;
    this.file = file;
    this.reserved = new AtomicLong(reserved);
    this.capacity = capacity;
  }

  /** Its number; below zero that of a segment of the journal. */
  public long number() {
    return number;
  }

  /** Whether the journal makes durable what is in it. */
  public boolean isInJournal() {
    return number < 0;
  }

  Path path() {
    return path;
  }

  /** Bytes that have been handed out, headers included. */
  public long reservedBytes() {
    return Math.min(reserved.get(), capacity);
  }

  /** The offset of so many bytes that are now the caller's, negative if they do not fit. */
  long reserve(long bytes) {
    long offset = reserved.getAndAdd(bytes);
    return offset + bytes <= capacity ? offset : -1;
  }

  /** Takes a hold, unless the segment has been retired. */
  public boolean tryHold() {
    int seen = holders.get();
    while (seen != RETIRED) {
      if (holders.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = holders.get();
    }
    return false;
  }

  /** Lets go. */
  public void release() {
    holders.decrementAndGet();
  }

  boolean tryRetire() {
    return holders.compareAndSet(0, RETIRED);
  }

  /** Writes; the caller holds the segment. */
  public void write(ByteBuffer data, long offset) throws IOException {
    file.write(data, offset);
  }

  /** Reads; the caller holds the segment. */
  public void read(ByteBuffer into, long offset) throws IOException {
    file.read(into, offset);
  }

  /** Reads on a loop, as {@link SegmentFile} says; the caller holds the segment until then. */
  public CompletableFuture<Void> read(ByteBuf into, long offset, EventLoop loop) {
    return file.read(into, offset, loop);
  }

  /** Sends, as {@link SegmentFile} says; the caller holds the segment. */
  public int send(SocketBurst burst, long offset, int length) {
    return file.send(burst, offset, length);
  }

  /** Makes what was written durable; the caller holds the segment. */
  public void sync() throws IOException {
    file.sync();
  }

  void close() throws IOException {
    file.close();
  }
}
