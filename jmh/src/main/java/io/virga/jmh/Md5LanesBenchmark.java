package io.virga.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.digest.Md5Stream;
import io.virga.dataplane.digest.Md5Streams;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
 * MD5 of streams that each hand over 64 KiB and then wait for it, as uploads do on an event loop: on
 * the loop itself, or by a thread of the digests' own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 1)
public class Md5LanesBenchmark {

  private static final int CHUNK = 64 * 1024;

  /** With those that get the JDK's intrinsic because they come first. */
  private static final int PLATFORM = 2;

  @Param({"1", "2", "4", "8", "16"})
  public int streams;

  @Param({"LOOP", "OWN"})
  public Place place;

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final ExecutorService own = Executors.newSingleThreadExecutor();
  private Md5Stream[] all = {};
  private ByteBuf[] chunks = {};

  /** Where the lanes run. */
  public enum Place {
    LOOP,
    OWN
  }

  @Setup
  public void begin() throws InterruptedException {
    Md5Streams begun = Md5Streams.create();
    ExecutorService executor = place == Place.LOOP ? loop : own;
    Md5Stream[] first = new Md5Stream[PLATFORM + 1];
    for (int i = 0; i < first.length; i++) {
      first[i] = begun.begin(OptionalLong.empty(), executor);
    }
    if (streams > PLATFORM) {
      // The third has woken the warming up.
      TimeUnit.SECONDS.sleep(20);
    } else {
      for (Md5Stream stream : first) {
        stream.close();
      }
    }
    all = new Md5Stream[streams];
    chunks = new ByteBuf[streams];
    for (int i = 0; i < streams; i++) {
      all[i] = begun.begin(OptionalLong.empty(), executor);
      chunks[i] = Unpooled.directBuffer(CHUNK).writeZero(CHUNK);
    }
  }

  @TearDown
  public void end() {
    loop.shutdown();
    own.shutdown();
    for (ByteBuf chunk : chunks) {
      chunk.release();
    }
  }
}
