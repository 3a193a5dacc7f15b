package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.scsi.Command.Extent;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Reading, writing and comparing blocks (SBC-3 §5). The extents have been checked. */
final class MediumCommands {

  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

  private final RangeLocks locks;
  private final Consumer<Ending> endings;

  /** Ends commands by {@code endings}. */
  MediumCommands(RangeLocks locks, Consumer<Ending> endings) {
    this.locks = locks;
    this.endings = endings;
  }

  /** A command that is over. */
  record Ending(Task task, Sense sense) {}

  private void end(Task task, Outcome outcome, boolean change) {
    if (outcome == Outcome.OK) {
      task.done(Result.GOOD);
    } else {
      endings.accept(new Ending(task, Replies.sense(outcome, change)));
    }
  }

  void read(Task task, Extent extent) {
    int bytes = (int) Math.min(extent.bytes(), task.dataInLimitBytes());
    ByteBuf data = task.allocateDataIn(bytes);
    if (bytes == 0) {
      task.done(new Result.Data(data, extent.bytes()));
      return;
    }
    task.nexus()
        .device()
        .read(
            extent.offset(),
            data,
            outcome -> {
              if (outcome == Outcome.OK) {
                task.done(new Result.Data(data, extent.bytes()));
              } else {
                data.release();
                end(task, outcome, false);
              }
            });
  }

  void write(Task task, Command.Write write) {
    int bytes = task.dataOut().lengthBytes();
    if ((bytes & (Command.BLOCK_BYTES - 1)) != 0) {
      endings.accept(new Ending(task, Sense.INVALID_INFORMATION_UNIT));
      return;
    }
    long from = write.extent().offset();
    locks.take(
        from,
        from + bytes,
        false,
        lease ->
            writeSlices(
                task,
                from,
                write.durable(),
                outcome -> {
                  locks.release(lease);
                  if (outcome == Outcome.OK && write.verify() != 0) {
                    verifyWritten(task, write);
                  } else {
                    end(task, outcome, true);
                  }
                }));
  }

  private static void writeSlices(Task task, long from, boolean durable, Completion completion) {
    BlockDevice device = task.nexus().device();
    var slices = task.dataOut().slices();
    if (slices.size() == 1) {
      device.write(from, slices.getFirst(), durable, completion);
      return;
    }
    Completion last =
        outcome -> {
          if (durable && outcome == Outcome.OK) {
            device.flush(completion);
          } else {
            completion.done(outcome);
          }
        };
    Together together = new Together(slices.size(), last);
    long at = from;
    for (ByteBuf slice : slices) {
      long offset = at;
      at += slice.readableBytes();
      device.write(offset, slice, false, together);
    }
    together.done(Outcome.OK);
  }

  /** Completes when all have, and one more call. */
  private static final class Together implements Completion {
    private final Completion completion;
    private int left;
    private Outcome outcome = Outcome.OK;

    Together(int count, Completion completion) {
      this.left = count + 1;
      this.completion = completion;
    }

    @Override
    public void done(Outcome each) {
      outcome = outcome.and(each);
      left--;
      if (left == 0) {
        completion.done(outcome);
      }
    }
  }

  private void verifyWritten(Task task, Command.Write write) {
    long blocks = task.dataOut().lengthBytes() >> Command.BLOCK_SHIFT;
    if (blocks == 0) {
      task.done(Result.GOOD);
    } else {
      verify(task, new Extent(write.extent().lba(), blocks), write.verify() & 3);
    }
  }

  /** Compares with nothing (0), all of Data-Out (1), or one block of it again and again (3). */
  void verify(Task task, Extent extent, int compare) {
    long from = extent.offset();
    ByteBuf expected =
        compare == 0
            ? Unpooled.EMPTY_BUFFER
            : task.dataOut().joined(0, task.dataOut().lengthBytes(), ALLOCATOR);
    Difference difference = new Difference();
    Chunks.run(
        from,
        from + extent.bytes(),
        task::isAborted,
        (offset, length, completion) -> {
          ByteBuf found = ALLOCATOR.directBuffer(length, length);
          task.nexus()
              .device()
              .read(
                  offset,
                  found,
                  outcome -> {
                    if (outcome == Outcome.OK && compare != 0) {
                      difference.look(found, expected, (int) (offset - from));
                    }
                    found.release();
                    completion.done(difference.at < 0 ? outcome : Outcome.INVALID);
                  });
        },
        outcome -> {
          expected.release();
          if (difference.at >= 0) {
            endings.accept(new Ending(task, Sense.MISCOMPARE.at(difference.at)));
          } else {
            end(task, outcome, false);
          }
        });
  }

  /** Where two buffers first differ. */
  private static final class Difference {
    private int at = -1;

    void look(ByteBuf found, ByteBuf expected, int base) {
      int period = expected.readableBytes();
      int step = Math.min(period, found.readableBytes());
      for (int i = 0; at < 0 && i < found.readableBytes(); i += step) {
        int start = (base + i) % period;
        int length = Math.min(Math.min(step, found.readableBytes() - i), period - start);
        int differs =
            found
                .nioBuffer(i, length)
                .mismatch(expected.nioBuffer(expected.readerIndex() + start, length));
        at = differs < 0 ? at : base + i + differs;
      }
    }
  }

  void orWrite(Task task, Command.OrWrite command) {
    int bytes = (int) command.extent().bytes();
    alone(
        task,
        command.extent(),
        command.durable(),
        old -> {
          ByteBuf mask = task.dataOut().joined(0, bytes, ALLOCATOR);
          ByteBuffer to = old.nioBuffer(0, bytes);
          ByteBuffer from = mask.nioBuffer(mask.readerIndex(), bytes);
          for (int i = 0; i < bytes; i += Long.BYTES) {
            to.putLong(i, to.getLong(i) | from.getLong(i));
          }
          mask.release();
          return Sense.NONE;
        });
  }

  void compareAndWrite(Task task, Command.CompareAndWrite command) {
    int bytes = (int) command.extent().bytes();
    alone(
        task,
        command.extent(),
        command.durable(),
        old -> {
          ByteBuf both = task.dataOut().joined(0, 2 * bytes, ALLOCATOR);
          Difference difference = new Difference();
          difference.look(old, both.slice(both.readerIndex(), bytes), 0);
          old.setBytes(0, both, both.readerIndex() + bytes, bytes);
          both.release();
          return difference.at < 0 ? Sense.NONE : Sense.MISCOMPARE.at(difference.at);
        });
  }

  /** Says what is to be written where the bytes are, or why nothing. */
  @FunctionalInterface
  private interface Change {
    Sense apply(ByteBuf bytes);
  }

  private void alone(Task task, Extent extent, boolean durable, Change change) {
    int length = (int) extent.bytes();
    if (length == 0) {
      task.done(Result.GOOD);
      return;
    }
    BlockDevice device = task.nexus().device();
    long from = extent.offset();
    locks.take(
        from,
        from + length,
        true,
        lease -> {
          ByteBuf bytes = ALLOCATOR.directBuffer(length, length);
          device.read(
              from,
              bytes,
              read -> {
                Sense refused =
                    read == Outcome.OK ? change.apply(bytes) : Replies.sense(read, false);
                if (refused.key() != 0) {
                  bytes.release();
                  locks.release(lease);
                  endings.accept(new Ending(task, refused));
                  return;
                }
                device.write(
                    from,
                    bytes,
                    durable,
                    written -> {
                      bytes.release();
                      locks.release(lease);
                      end(task, written, true);
                    });
              });
        });
  }

  void prefetch(Task task, Extent extent) {
    task.nexus()
        .device()
        .prefetch(
            extent.offset(),
            extent.bytes(),
            outcome -> {
              if (outcome == Outcome.OK) {
                task.done(new Result.Done(Status.CONDITION_MET));
              } else {
                end(task, outcome, false);
              }
            });
  }

  void synchronize(Task task) {
    task.nexus().device().flush(outcome -> end(task, outcome, true));
  }
}
