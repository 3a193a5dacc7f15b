package io.virga.dataplane.digest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this machine's lanes are to be used yet. Code with vectors is a thousand times slower
 * before it is compiled, so the first who wants lanes has a thread of its own warm them up, and
 * gets none; a process that never digests several streams at once never pays for it.
 *
 * <pre>
 * Absent (no module, no vectors that fit)
 * Cold → {@link #kernel} → Warming → as fast as they should be → Ready
 *                                  → not so after {@value #WARMING_SECONDS} seconds of CPU → Unfit
 * </pre>
 */
final class Lanes {

  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
  private static final String MODULE = "jdk.incubator.vector";

  /** 64 KiB a lane and run, the same as a stream hands over. */
  private static final int WARMING_BLOCKS = 1024;

  private static final long WARMING_SECONDS = 15;

  /** Runs in a row that have to beat one stream after the other. */
  private static final int RUNS_IN_A_ROW = 10;

  private final Supplier<LaneKernel> kernels;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile State state;

  enum State {
    ABSENT,
    COLD,
    WARMING,
    READY,
    UNFIT
  }

  private Lanes(Supplier<LaneKernel> kernels, State state) {
    this.kernels = kernels;
    this.state = state;
  }

  /** The machine's. */
  static Lanes detect() {
    boolean isThere = ModuleLayer.boot().findModule(MODULE).isPresent() && VectorKernel.isFit();
    LOG.info(
        "MD5 of several streams at once: {}",
        isThere ? "in lanes" : "one by one; --add-modules " + MODULE + " and AVX2 bring lanes");
    // No method reference: that would link the class, and it cannot be linked without the module.
    return new Lanes(() -> new VectorKernel(), isThere ? State.COLD : State.ABSENT);
  }

  /** Ready, and not the machine's. */
  static Lanes of(Supplier<LaneKernel> kernels) {
    return new Lanes(kernels, State.READY);
  }

  State state() {
    return state;
  }

  /** Where kernels come from, if lanes are ready; begins to make them ready otherwise. */
  Optional<Supplier<LaneKernel>> kernels() {
    if (state == State.READY) {
      return Optional.of(kernels);
    }
    if (state == State.COLD && begun.compareAndSet(false, true)) {
      state = State.WARMING;
      Thread.ofPlatform().name("md5-lanes").daemon().start(this::warmUp);
    }
    return Optional.empty();
  }

  private void warmUp() {
    LaneKernel kernel = kernels.get();
    ByteBuf bytes = Unpooled.directBuffer(WARMING_BLOCKS * Md5Block.BYTES);
    try {
      bytes.writeZero(bytes.capacity());
      boolean isFast = warmUp(kernel, bytes.memoryAddress());
      state = isFast ? State.READY : State.UNFIT;
      LOG.info("MD5 in {} lanes is {}", kernel.lanes(), isFast ? "ready" : "not worth it here");
    } finally {
      bytes.release();
    }
  }

  private static boolean warmUp(LaneKernel kernel, long address) {
    int[] state = new int[4 * kernel.lanes()];
    int[] scratch = new int[Md5Block.RUN * Md5Block.WORDS];
    long[] addresses = new long[kernel.lanes()];
    Arrays.fill(addresses, address);
    long deadline = cpuNanos() + TimeUnit.SECONDS.toNanos(WARMING_SECONDS);
    int fast = 0;
    while (fast < RUNS_IN_A_ROW && cpuNanos() < deadline) {
      long begin = cpuNanos();
      kernel.compress(state, addresses, WARMING_BLOCKS);
      long lanes = cpuNanos();
      Md5Block.compress(state, address, WARMING_BLOCKS, scratch);
      long alone = cpuNanos() - lanes;
      fast = lanes - begin < LaneScheduler.LEAST_LANES * alone ? fast + 1 : 0;
    }
    return fast == RUNS_IN_A_ROW;
  }

  /** Of this thread alone: what others do to the clock meanwhile says nothing about lanes. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
