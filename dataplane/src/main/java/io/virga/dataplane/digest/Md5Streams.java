package io.virga.dataplane.digest;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Begins MD5 digests, each in the way that is fastest for it: by the JDK's intrinsic on the
 * caller's thread what is small or nearly alone, in shared lanes what comes while others do. The
 * way stays the stream's, since the JDK hands out no state; the digest is the same. Thread-safe.
 *
 * <p>Measured by {@code ./virga jmh Md5Lanes}, see there.
 */
public final class Md5Streams {

  /** No longer than this is digested where it comes. */
  public static final int SMALL_BYTES = 64 * 1024;

  /**
   * So many long streams at once get the intrinsic: lanes for three would gain 6 % while all three
   * have bytes, and lose 20 % whenever one has none.
   */
  static final int ALONE = 3;

  private final Lanes lanes;
  private final Map<Executor, LaneScheduler> schedulers = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();

  Md5Streams(Lanes lanes) {
    this.lanes = lanes;
  }

  /** Uses the vectors of this machine where {@code jdk.incubator.vector} is among the modules. */
  public static Md5Streams create() {
    return new Md5Streams(Lanes.detect());
  }

  /**
   * Begins a digest.
   *
   * @param lengthBytes what will come, if it is known
   * @param executor runs one task at a time; one of a few, each of which is remembered
   */
  public Md5Stream begin(OptionalLong lengthBytes, Executor executor) {
    if (lengthBytes.isPresent() && lengthBytes.getAsLong() <= SMALL_BYTES) {
      return new PlatformStream(() -> {});
    }
    AtomicBoolean closed = new AtomicBoolean();
    Runnable onClose =
        () -> {
          if (!closed.getAndSet(true)) {
            open.decrementAndGet();
          }
        };
    if (open.incrementAndGet() <= ALONE) {
      return new PlatformStream(onClose);
    }
    return lanes
        .kernels()
        .<Md5Stream>map(kernels -> new LaneStream(scheduler(executor, kernels), onClose))
        .orElseGet(() -> new PlatformStream(onClose));
  }

  private LaneScheduler scheduler(Executor executor, Supplier<LaneKernel> kernels) {
    return schedulers.computeIfAbsent(executor, e -> new LaneScheduler(e, kernels.get()));
  }
}
