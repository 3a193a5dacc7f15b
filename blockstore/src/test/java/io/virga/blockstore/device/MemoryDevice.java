package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** A device of bytes, which completes at once. */
public class MemoryDevice implements BlockDevice {

  private final byte[] bytes;

  public MemoryDevice(int sizeBytes) {
    bytes = new byte[sizeBytes];
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long offset, ByteBuf destination, Completion completion) {
    destination.writeBytes(bytes, (int) offset, destination.writableBytes());
    completion.done(Outcome.OK);
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    source.getBytes(source.readerIndex(), bytes, (int) offset, source.readableBytes());
    completion.done(Outcome.OK);
  }

  @Override
  public void flush(Completion completion) {
    completion.done(Outcome.OK);
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    completion.done(Outcome.OK);
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    java.util.Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
    completion.done(Outcome.OK);
  }

  @Override
  public void prefetch(long offset, long length, Completion completion) {
    completion.done(Outcome.OK);
  }

  @Override
  public void describe(long offset, long length, RunVisitor visitor) {
    visitor.visit(length, true, false);
  }

  @Override
  public List<String> snapshots(int maximum) {
    return List.of("s1", "s2").subList(0, Math.min(2, maximum));
  }

  @Override
  public boolean hasSnapshot(String name) {
    return snapshots(2).contains(name);
  }

  /** The first 4 KiB have changed since {@code s1}, nothing has since {@code s2}. */
  @Override
  public boolean describeChanges(String snapshot, long offset, long length, ChangeVisitor visitor) {
    long changed = snapshot.equals("s1") ? Math.clamp(4096 - offset, 0, length) : 0;
    boolean go = changed == 0 || visitor.visit(changed, true);
    if (go && changed < length) {
      visitor.visit(length - changed, false);
    }
    return hasSnapshot(snapshot);
  }
}
