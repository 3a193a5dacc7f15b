package io.virga.dataplane.digest;

import io.virga.dataplane.digest.LaneStream.Input;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Works off what the streams of one executor hand over: a task that runs once what is being read
 * now has been read, so that it finds the chunks of all streams at once. The executor runs one task
 * at a time; the task alone touches the streams' state.
 *
 * <p>Bounded: every stream hands over at most {@link LaneStream#WAITING_BYTES} and one chunk, and a
 * task digests at most {@value #TASK_BLOCKS} blocks before it lets others run.
 */
final class LaneScheduler {

  /**
   * Fewer streams are digested one by one: 16 lanes do 4.4 GB/s, so a lane 0.27 GB/s, and a stream
   * alone 0.64 GB/s.
   */
  static final int LEAST_LANES = 3;

  /** 2 MiB: 0.5 ms in lanes, 3 ms one by one. */
  private static final int TASK_BLOCKS = 32 * 1024;

  private final Executor executor;
  private final LaneKernel kernel;
  private final Queue<Input> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  private final Deque<LaneStream> ready = new ArrayDeque<>();
  private final List<Input> digested = new ArrayList<>();
  private final LaneStream[] group;
  private final long[] addresses;
  private final int[] state;
  private final int[] scratch = new int[Md5Block.RUN * Md5Block.WORDS];
  private int groupSize;

  LaneScheduler(Executor executor, LaneKernel kernel) {
    this.executor = executor;
    this.kernel = kernel;
    this.group = new LaneStream[kernel.lanes()];
    this.addresses = new long[kernel.lanes()];
    this.state = new int[4 * kernel.lanes()];
  }

  static RejectedExecutionException ended() {
    return new RejectedExecutionException("the executor of these digests has ended");
  }

  /** Takes it over, from any thread. False if the executor has ended: it is released then. */
  boolean submit(Input input) {
    inbox.add(input);
    return !scheduled.compareAndSet(false, true) || execute();
  }

  private boolean execute() {
    try {
      executor.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      fail(e);
      scheduled.set(false);
      return false;
    }
  }

  /** In the task, or when nobody runs it any more. */
  private void fail(Throwable cause) {
    collect();
    for (int i = 0; i < groupSize; i++) {
      ready.add(group[i]);
    }
    groupSize = 0;
    while (!ready.isEmpty()) {
      LaneStream stream = ready.remove();
      stream.rest();
      stream.fail(cause);
    }
  }

  private void run() {
    try {
      collect();
      digest();
    } catch (RuntimeException e) {
      fail(e);
    }
    tellDone();
    if (!ready.isEmpty()) {
      execute();
      return;
    }
    scheduled.set(false);
    if (!inbox.isEmpty() && scheduled.compareAndSet(false, true)) {
      execute();
    }
  }

  private void collect() {
    for (Input input = inbox.poll(); input != null; input = inbox.poll()) {
      if (input.stream().accept(input)) {
        ready.add(input.stream());
      }
    }
  }

  private void digest() {
    int left = TASK_BLOCKS;
    while (left > 0 && fillGroup()) {
      left -= groupSize >= LEAST_LANES ? inLanes() : oneByOne();
    }
    while (groupSize > 0) {
      ready.add(group[--groupSize]);
    }
  }

  /** Brings streams with whole blocks together, as many as there are lanes. False if none has. */
  private boolean fillGroup() {
    int kept = 0;
    for (int i = 0; i < groupSize; i++) {
      kept = keepIfBusy(group[i], kept);
    }
    while (kept < group.length && !ready.isEmpty()) {
      kept = keepIfBusy(ready.remove(), kept);
    }
    groupSize = kept;
    return kept > 0;
  }

  private int keepIfBusy(LaneStream stream, int kept) {
    if (stream.blocks() == 0) {
      stream.rest();
      return kept;
    }
    group[kept] = stream;
    return kept + 1;
  }

  private int inLanes() {
    int lanes = kernel.lanes();
    int blocks = Integer.MAX_VALUE;
    for (int lane = 0; lane < groupSize; lane++) {
      LaneStream stream = group[lane];
      blocks = Math.min(blocks, stream.blocks());
      addresses[lane] = stream.address();
      for (int part = 0; part < 4; part++) {
        state[part * lanes + lane] = stream.state()[part];
      }
    }
    // What the lanes that are left over do is thrown away.
    Arrays.fill(addresses, groupSize, lanes, addresses[0]);
    kernel.compress(state, addresses, blocks);
    for (int lane = 0; lane < groupSize; lane++) {
      LaneStream stream = group[lane];
      for (int part = 0; part < 4; part++) {
        stream.state()[part] = state[part * lanes + lane];
      }
      stream.advance(blocks);
    }
    return blocks * groupSize;
  }

  private int oneByOne() {
    int done = 0;
    for (int i = 0; i < groupSize; i++) {
      int blocks = group[i].blocks();
      Md5Block.compress(group[i].state(), group[i].address(), blocks, scratch);
      group[i].advance(blocks);
      done += blocks;
    }
    return done;
  }

  /** Called by a stream, in the task, for what it has worked off. */
  void digested(Input input) {
    input.stream().letGo(input);
    digested.add(input);
  }

  /** Last, because whoever waited goes on here and now. */
  private void tellDone() {
    List<Input> told = List.copyOf(digested);
    digested.clear();
    told.forEach(input -> input.done().complete(null));
  }
}
