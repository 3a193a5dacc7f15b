package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;

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
}
