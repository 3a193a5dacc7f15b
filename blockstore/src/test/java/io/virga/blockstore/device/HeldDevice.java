package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A device of bytes that holds its operations back, once it is told to, until they are let go: one
 * by one in any order, or all. What is held has not happened yet.
 */
public class HeldDevice extends MemoryDevice {

  private final List<Held> held = new ArrayList<>();
  private boolean holding;

  public HeldDevice(int sizeBytes) {
    super(sizeBytes);
  }

  private record Held(long from, long to, Runnable operation) {}

  /** From now on, or no more; what is held stays so. */
  public void hold(boolean hold) {
    holding = hold;
  }

  /** How many operations are held back. */
  public int heldOperations() {
    return held.size();
  }

  /** How many reads and writes within the range are held back. */
  public int heldOperations(long from, long to) {
    return (int) held.stream().filter(each -> each.from < to && each.to > from).count();
  }

  /** Lets one go, counted from the oldest. */
  public void letGo(int index) {
    held.remove(index).operation.run();
  }

  /** Lets all go, and whatever is held back meanwhile. */
  public void letAllGo() {
    while (!held.isEmpty()) {
      letGo(0);
    }
  }

  private void run(long from, long length, Runnable operation) {
    if (holding) {
      held.add(new Held(from, from + length, operation));
    } else {
      operation.run();
    }
  }

  @Override
  public void read(long offset, ByteBuf destination, Completion completion) {
    run(offset, destination.writableBytes(), () -> super.read(offset, destination, completion));
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    run(offset, source.readableBytes(), () -> super.write(offset, source, durable, completion));
  }

  @Override
  public void flush(Completion completion) {
    run(0, 0, () -> super.flush(completion));
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    run(offset, length, () -> super.writeZeroes(offset, length, options, completion));
  }
}
