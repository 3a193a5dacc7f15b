package io.virga.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.digest.Md5Stream;
import io.virga.dataplane.digest.Md5Streams;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * MD5 of streams that each hand over 1 MiB in chunks of 64 KiB, as uploads do on an event loop: one
 * after the other by the JDK, in lanes on the loop itself, or in lanes on a thread of their own.
 *
 * <p>{@code gigabytes} over {@code cpuSeconds}, on an AMD EPYC with AVX-512: JDK 0.78 with any
 * number of streams; on the loop 0.82, 1.10, 2.17 and 4.39 with 3, 4, 8 and 16 streams; on a thread
 * 0.69, 0.94, 1.71 and 3.14. See {@code docs/decisions/0006-md5-in-lanes-on-the-loop.md}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class Md5LanesBenchmark {

  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int CHUNK = 64 * 1024;
  private static final int CHUNKS = 16;

  /** So many streams get the JDK's intrinsic because they are nearly alone. */
  private static final int PLATFORM = 3;

  private static final long WARMING_UP_SECONDS = 20;

  @Param({"1", "2", "4", "8", "16"})
  public int streams;

  @Param({"JDK", "LOOP", "THREAD"})
  public Place place;

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Md5Streams digests = Md5Streams.create();
  private final ByteBuf chunk = Unpooled.directBuffer(CHUNK).writeZero(CHUNK);

  /** Where the digests are made. */
  public enum Place {
    JDK,
    LOOP,
    THREAD
  }

  /** What was digested, and the CPU time of the whole process that it took. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Digested {
    public double gigabytes;
    public double cpuSeconds;
  }

  /** Streams that are open make others want lanes, and the first of those has them warmed up. */
  @Setup
  public void warmUp() throws InterruptedException {
    if (place == Place.JDK || streams <= PLATFORM) {
      return;
    }
    for (int i = 0; i <= PLATFORM; i++) {
      begin();
    }
    TimeUnit.SECONDS.sleep(WARMING_UP_SECONDS);
  }

  private Md5Stream begin() {
    return digests.begin(
        place == Place.JDK ? OptionalLong.of(0) : OptionalLong.empty(),
        place == Place.THREAD ? thread : loop);
  }

  @Benchmark
  public void digest(Digested digested) throws InterruptedException {
    long begun = CPU.getProcessCpuTime();
    CountDownLatch left = new CountDownLatch(streams);
    loop.execute(
        () -> {
          for (int i = 0; i < streams; i++) {
            Md5Stream stream = begin();
            send(stream, CHUNKS, left);
          }
        });
    left.await();
    digested.gigabytes += streams * CHUNKS * (CHUNK / 1e9);
    digested.cpuSeconds += (CPU.getProcessCpuTime() - begun) / 1e9;
  }

  private void send(Md5Stream stream, int chunks, CountDownLatch left) {
    for (int i = chunks; i > 0; i--) {
      CompletableFuture<Void> ready = stream.update(chunk.retainedDuplicate());
      if (!ready.isDone()) {
        int more = i - 1;
        ready.thenRunAsync(() -> send(stream, more, left), loop);
        return;
      }
    }
    stream
        .finish()
        .thenRun(
            () -> {
              stream.close();
              left.countDown();
            });
  }

  @TearDown
  public void end() {
    loop.shutdown();
    thread.shutdown();
    chunk.release();
  }
}
