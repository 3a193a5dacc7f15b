package io.virga.blockstore.device;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A disk, as the front doors see it. Every method is called on the device's event loop and answers
 * there, now or later, exactly once. Offsets and lengths are bytes of any alignment within the
 * device; {@link CheckedBlockDevice} holds callers and implementations to that.
 *
 * <p>A write is durable once a flush that was asked for after its completion is done, or at its own
 * completion with {@code durable}. Operations that are in flight together may take effect in any
 * order.
 */
public interface BlockDevice {

  /** The size in bytes; it may grow between two calls. */
  long sizeBytes();

  /** Whether writes are refused. */
  boolean readOnly();

  /** Fills the writable bytes of the destination, which the caller keeps and does not touch. */
  void read(long offset, ByteBuf destination, Completion completion);

  /** Writes the readable bytes of the source, which the caller keeps and does not touch. */
  void write(long offset, ByteBuf source, boolean durable, Completion completion);

  /** Makes durable what was completed before. */
  void flush(Completion completion);

  /** Makes the range read as zeros where whole blocks are in it, and gives their space back. */
  void trim(long offset, long length, boolean durable, Completion completion);

  /** Makes the range read as zeros. */
  void writeZeroes(long offset, long length, ZeroOptions options, Completion completion);

  /** Brings the range near, if it is far. */
  void prefetch(long offset, long length, Completion completion);

  /**
   * Tells the visitor of the whole range in ascending runs; a run may go beyond the range's end.
   */
  void describe(long offset, long length, RunVisitor visitor);

  /** Names of snapshots that {@link #describeChanges} can compare with, in order, so many. */
  List<String> snapshots(int maximum);

  /** Whether {@link #describeChanges} can compare with the snapshot. */
  boolean hasSnapshot(String name);

  /**
   * Tells the visitor of the whole range in ascending runs, as {@link #describe} does, whether they
   * differ from the snapshot. What is told to be the same is; what is told to differ may be the
   * same, where something was written within the same MiB.
   *
   * @return false, and nothing is told, if there is no such snapshot
   */
  boolean describeChanges(String snapshot, long offset, long length, ChangeVisitor visitor);

  /**
   * Whether a read of what {@link #describe} knows to be zeros need not come to the device. Not so
   * where reads are counted.
   */
  default boolean holesAreFree() {
    return true;
  }

  /** A range that another device can {@link #take}; none where it is not open, or not possible. */
  default Optional<Extent> extent(long offset, long length) {
    return Optional.empty();
  }

  /**
   * Makes as much from the offset on the same as the extent is now, without copying bytes: both
   * refer to the same space until either is written. NOT_SUPPORTED, and nothing has happened, where
   * that cannot be.
   *
   * @param mayGoOn asked on the loop when all that had to be waited for is there, right before it
   *     happens; if it may not, SHUT_DOWN, and nothing has happened
   */
  default void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
    completion.done(Outcome.NOT_SUPPORTED);
  }

  /** A range of a device, of as much as it says. */
  interface Extent {
    long lengthBytes();
  }

  /** How zeros are to be written. */
  record ZeroOptions(boolean durable, boolean keepSpace, boolean fastOnly) {}

  /** Sees one run after another. */
  @FunctionalInterface
  interface RunVisitor {

    /**
     * One run.
     *
     * @param allocated whether it takes space
     * @param zero whether it is known to read as zeros
     * @return whether to go on
     */
    boolean visit(long lengthBytes, boolean allocated, boolean zero);
  }

  /** Sees one run after another. */
  @FunctionalInterface
  interface ChangeVisitor {

    /** One run; the answer is whether to go on. */
    boolean visit(long lengthBytes, boolean changed);
  }
}
