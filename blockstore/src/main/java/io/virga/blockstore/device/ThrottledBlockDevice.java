package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One door of a volume, held to the volume's limits. It is outside of the {@link
 * CheckedBlockDevice}: what waited here while the door was closed is refused there, and the volume
 * never hears of it. A flush never waits. Trims, prefetches, taken extents, and zeros that take no
 * space write no bytes and count as operations only.
 */
public final class ThrottledBlockDevice implements BlockDevice {

  private final CheckedBlockDevice device;
  private final Throttle throttle;
  private boolean closed;

  /** A door of the volume that the throttle is of, on its loop. */
  public ThrottledBlockDevice(CheckedBlockDevice device, Throttle throttle) {
    this.device = device;
    this.throttle = throttle;
  }

  /** From now on every operation answers SHUT_DOWN, those that wait too, and at once. */
  public void close() {
    closed = true;
    device.close();
    throttle.release(this);
  }

  private boolean isFree() {
    return closed || !throttle.isLimited();
  }

  @Override
  public long sizeBytes() {
    return device.sizeBytes();
  }

  @Override
  public boolean readOnly() {
    return device.readOnly();
  }

  @Override
  public void read(long offset, ByteBuf destination, Completion completion) {
    if (isFree()) {
      device.read(offset, destination, completion);
    } else {
      throttle.read(
          this, destination.writableBytes(), () -> device.read(offset, destination, completion));
    }
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    if (isFree()) {
      device.write(offset, source, durable, completion);
    } else {
      throttle.change(
          this, source.readableBytes(), () -> device.write(offset, source, durable, completion));
    }
  }

  @Override
  public void flush(Completion completion) {
    device.flush(completion);
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    if (isFree()) {
      device.trim(offset, length, durable, completion);
    } else {
      throttle.change(this, 0, () -> device.trim(offset, length, durable, completion));
    }
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    if (isFree()) {
      device.writeZeroes(offset, length, options, completion);
    } else {
      throttle.change(
          this,
          options.keepSpace() ? length : 0,
          () -> device.writeZeroes(offset, length, options, completion));
    }
  }

  @Override
  public void prefetch(long offset, long length, Completion completion) {
    if (isFree()) {
      device.prefetch(offset, length, completion);
    } else {
      throttle.read(this, 0, () -> device.prefetch(offset, length, completion));
    }
  }

  @Override
  public Optional<Extent> extent(long offset, long length) {
    return device.extent(offset, length);
  }

  @Override
  public void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
    if (isFree()) {
      device.take(extent, offset, mayGoOn, completion);
    } else {
      throttle.change(this, 0, () -> device.take(extent, offset, mayGoOn, completion));
    }
  }

  @Override
  public boolean holesAreFree() {
    return isFree();
  }

  @Override
  public void describe(long offset, long length, RunVisitor visitor) {
    device.describe(offset, length, visitor);
  }

  @Override
  public List<String> snapshots(int maximum) {
    return device.snapshots(maximum);
  }

  @Override
  public boolean hasSnapshot(String name) {
    return device.hasSnapshot(name);
  }

  @Override
  public boolean describeChanges(String snapshot, long offset, long length, ChangeVisitor visitor) {
    return device.describeChanges(snapshot, offset, length, visitor);
  }
}
