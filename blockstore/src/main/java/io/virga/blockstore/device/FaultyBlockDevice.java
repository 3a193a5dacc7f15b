package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A device that fails and is slow as a plan says: for tests, and for a live node whose clients are
 * to be seen under faults. The plan is asked before every operation.
 */
public final class FaultyBlockDevice implements BlockDevice {

  private final BlockDevice device;
  private final EventExecutor loop;
  private final Supplier<Fault> plan;

  /** Bends the device, which lives on the loop. */
  public FaultyBlockDevice(BlockDevice device, EventExecutor loop, Supplier<Fault> plan) {
    this.device = device;
    this.loop = loop;
    this.plan = plan;
  }

  /**
   * What happens to one operation.
   *
   * @param outcome if not OK, the operation ends so and the device never hears of it
   */
  public record Fault(Duration delay, Outcome outcome) {

    /** Nothing. */
    public static final Fault NONE = new Fault(Duration.ZERO, Outcome.OK);
  }

  private void bend(Completion completion, Runnable operation) {
    Fault fault = plan.get();
    Runnable then = fault.outcome == Outcome.OK ? operation : () -> completion.done(fault.outcome);
    if (fault.delay.isZero()) {
      then.run();
    } else {
      loop.schedule(then, fault.delay.toNanos(), TimeUnit.NANOSECONDS);
    }
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
    bend(completion, () -> device.read(offset, destination, completion));
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    bend(completion, () -> device.write(offset, source, durable, completion));
  }

  @Override
  public void flush(Completion completion) {
    bend(completion, () -> device.flush(completion));
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    bend(completion, () -> device.trim(offset, length, durable, completion));
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    bend(completion, () -> device.writeZeroes(offset, length, options, completion));
  }

  @Override
  public void prefetch(long offset, long length, Completion completion) {
    bend(completion, () -> device.prefetch(offset, length, completion));
  }

  @Override
  public Optional<Extent> extent(long offset, long length) {
    return device.extent(offset, length);
  }

  @Override
  public void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
    bend(completion, () -> device.take(extent, offset, mayGoOn, completion));
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
