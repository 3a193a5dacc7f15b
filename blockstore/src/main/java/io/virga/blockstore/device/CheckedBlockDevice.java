package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.Invariant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Holds both sides of a device to its contract: the caller to bounds, to read-only and to the loop,
 * and after {@link #close} answers SHUT_DOWN, also to an extent that waits to be taken; the device
 * to completing once.
 */
public final class CheckedBlockDevice implements BlockDevice {

  private final BlockDevice device;
  private final EventExecutor loop;
  private final boolean readOnly;
  private boolean closed;

  /** Checks a device that lives on the loop; {@code readOnly} may only narrow what it allows. */
  public CheckedBlockDevice(BlockDevice device, EventExecutor loop, boolean readOnly) {
    this.device = device;
    this.loop = loop;
    this.readOnly = readOnly || device.readOnly();
  }

  /** From now on every operation answers SHUT_DOWN. */
  public void close() {
    closed = true;
  }

  @Override
  public long sizeBytes() {
    return device.sizeBytes();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(long offset, ByteBuf destination, Completion completion) {
    Outcome refused = check(offset, destination.writableBytes());
    if (refused == Outcome.OK) {
      device.read(offset, destination, once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    Outcome refused = checkChange(offset, source.readableBytes());
    if (refused == Outcome.OK) {
      device.write(offset, source, durable, once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void flush(Completion completion) {
    Outcome refused = check(0, 0);
    if (refused == Outcome.OK) {
      device.flush(once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    Outcome refused = checkChange(offset, length);
    if (refused == Outcome.OK) {
      device.trim(offset, length, durable, once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    Outcome refused = checkChange(offset, length);
    if (refused == Outcome.OK) {
      device.writeZeroes(offset, length, options, once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void prefetch(long offset, long length, Completion completion) {
    Outcome refused = check(offset, length);
    if (refused == Outcome.OK) {
      device.prefetch(offset, length, once(completion));
    } else {
      completion.done(refused);
    }
  }

  @Override
  public void describe(long offset, long length, RunVisitor visitor) {
    if (check(offset, length) == Outcome.OK) {
      device.describe(offset, length, visitor);
    }
  }

  @Override
  public List<String> snapshots(int maximum) {
    return check(0, 0) == Outcome.OK ? device.snapshots(maximum) : List.of();
  }

  @Override
  public boolean hasSnapshot(String name) {
    return check(0, 0) == Outcome.OK && device.hasSnapshot(name);
  }

  @Override
  public boolean describeChanges(String snapshot, long offset, long length, ChangeVisitor visitor) {
    return check(offset, length) == Outcome.OK
        && device.describeChanges(snapshot, offset, length, visitor);
  }

  @Override
  public Optional<Extent> extent(long offset, long length) {
    return check(offset, length) == Outcome.OK ? device.extent(offset, length) : Optional.empty();
  }

  @Override
  public void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
    Outcome refused = checkChange(offset, extent.lengthBytes());
    if (refused == Outcome.OK) {
      device.take(extent, offset, () -> !closed && mayGoOn.getAsBoolean(), once(completion));
    } else {
      completion.done(refused);
    }
  }

  private Outcome checkChange(long offset, long length) {
    Outcome refused = check(offset, length);
    if (refused != Outcome.OK) {
      return refused;
    }
    return readOnly ? Outcome.NOT_PERMITTED : Outcome.OK;
  }

  private Outcome check(long offset, long length) {
    Invariant.check(loop.inEventLoop(), "a block device is used on its own loop");
    if (closed) {
      return Outcome.SHUT_DOWN;
    }
    long size = device.sizeBytes();
    boolean inside = offset >= 0 && length >= 0 && offset <= size && length <= size - offset;
    return inside ? Outcome.OK : Outcome.INVALID;
  }

  private static Completion once(Completion completion) {
    return new Once(completion);
  }

  private static final class Once implements Completion {
    private final Completion completion;
    private boolean done;

    Once(Completion completion) {
      this.completion = completion;
    }

    @Override
    public void done(Outcome outcome) {
      Invariant.check(!done, "an operation completes once");
      done = true;
      completion.done(outcome);
    }
  }
}
