package io.virga.dataplane.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams in lanes give the JDK's digests, whatever comes in whatever pieces and order. */
class Md5StreamsTest {

  private static final OptionalLong UNKNOWN = OptionalLong.empty();

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Md5Streams streams = new Md5Streams(Lanes.of(VectorKernel::new));

  private static byte[] expected(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteBuf offHeap(byte[] bytes, int from, int length) {
    return Unpooled.directBuffer(Math.max(1, length)).writeBytes(bytes, from, length);
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Streams behind those that get the platform's digest because they are nearly alone. */
  private List<Md5Stream> lanes(int count) {
    List<Md5Stream> all = new ArrayList<>();
    for (int i = 0; i < count + Md5Streams.ALONE; i++) {
      all.add(streams.begin(UNKNOWN, tasks::add));
    }
    List<Md5Stream> lanes = all.subList(Md5Streams.ALONE, all.size());
    assertThat(lanes).allMatch(LaneStream.class::isInstance);
    return lanes;
  }

  @Test
  void digestsEveryShortLength() {
    Random random = new Random(1);
    int lengths = 301;
    List<Md5Stream> lanes = lanes(lengths);
    List<byte[]> bodies = new ArrayList<>();
    List<CompletableFuture<byte[]>> digests = new ArrayList<>();
    for (int length = 0; length < lengths; length++) {
      bodies.add(random(random, length));
      assertThat(lanes.get(length).update(offHeap(bodies.get(length), 0, length))).isDone();
      digests.add(lanes.get(length).finish());
    }
    runTasks();
    for (int length = 0; length < lengths; length++) {
      assertThat(digests.get(length).join()).isEqualTo(expected(bodies.get(length)));
    }
  }

  /** A stream and how far its body has been handed over. */
  private static final class Sender {
    private final byte[] body;
    private final Md5Stream stream;
    private CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
    private int sent;

    Sender(byte[] body, Md5Stream stream) {
      this.body = body;
      this.stream = stream;
    }

    /** Hands over a piece, if the stream takes one; true if the body is through. */
    boolean send(Random random, int longest) {
      if (ready.isDone() && sent < body.length) {
        int length = Math.min(random.nextInt(longest + 1), body.length - sent);
        ByteBuf piece =
            random.nextInt(4) == 0
                ? Unpooled.copiedBuffer(body, sent, length)
                : offHeap(body, sent, length);
        ready = stream.update(piece);
        sent += length;
      }
      return sent == body.length;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void digestsWhatComesInAnyPiecesAndOrder(long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(40);
    int longest = List.of(3, 64, 100, 1000, 9000).get(random.nextInt(5));
    List<Sender> senders = new ArrayList<>();
    for (Md5Stream stream : lanes(count)) {
      senders.add(new Sender(random(random, random.nextInt(longest * 20)), stream));
    }
    List<Sender> sending = new ArrayList<>(senders);
    List<CompletableFuture<byte[]>> digests = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    while (!sending.isEmpty()) {
      Sender sender = sending.get(random.nextInt(sending.size()));
      if (sender.send(random, longest) && sender.ready.isDone()) {
        sending.remove(sender);
        bodies.add(sender.body);
        digests.add(sender.stream.finish());
      }
      if (random.nextInt(5) == 0 || tasks.size() > 10) {
        runTasks();
      }
    }
    runTasks();
    for (int i = 0; i < digests.size(); i++) {
      assertThat(digests.get(i).join()).as("seed %d", seed).isEqualTo(expected(bodies.get(i)));
    }
  }

  @Test
  void digestsLongStreamsThatOtherThreadsHandOver() throws Exception {
    int count = 5;
    List<CompletableFuture<byte[]>> digests = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    try (ExecutorService loop = Executors.newSingleThreadExecutor();
        ExecutorService senders = Executors.newFixedThreadPool(count)) {
      for (int i = 0; i < count; i++) {
        byte[] body = random(new Random(i), 700_000 + i * 1000);
        bodies.add(body);
        Md5Stream stream = streams.begin(UNKNOWN, loop);
        digests.add(
            CompletableFuture.supplyAsync(
                () -> {
                  for (int from = 0; from < body.length; from += 60_000) {
                    stream
                        .update(offHeap(body, from, Math.min(60_000, body.length - from)))
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join();
                  }
                  return stream.finish().orTimeout(60, TimeUnit.SECONDS).join();
                },
                senders));
      }
      for (int i = 0; i < count; i++) {
        assertThat(digests.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(expected(bodies.get(i)));
      }
    }
  }

  @Test
  void holdsBackWhoIsAheadOfItsDigest() {
    Md5Stream stream = lanes(1).getFirst();
    int chunk = 8192;
    byte[] body = new byte[LaneStream.WAITING_BYTES + chunk];
    List<ByteBuf> held = new ArrayList<>();
    CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
    for (int from = 0; from < body.length; from += chunk) {
      assertThat(ready).isDone();
      ByteBuf bytes = offHeap(body, from, chunk);
      held.add(bytes);
      ready = stream.update(bytes);
    }
    assertThat(ready).isNotDone();
    assertThat(held).allMatch(bytes -> bytes.refCnt() == 1);
    runTasks();
    assertThat(ready).isDone();
    assertThat(held).extracting(ReferenceCounted::refCnt).containsOnly(0);
  }

  @Test
  void handsOverNothingThatIsSmallOrNearlyAlone() {
    List<Md5Stream> alone = new ArrayList<>();
    for (int i = 0; i < Md5Streams.ALONE; i++) {
      alone.add(streams.begin(UNKNOWN, tasks::add));
    }
    assertThat(alone).allMatch(PlatformStream.class::isInstance);
    Md5Stream next = streams.begin(UNKNOWN, tasks::add);
    assertThat(next).isInstanceOf(LaneStream.class);
    assertThat(streams.begin(OptionalLong.of(Md5Streams.SMALL_BYTES), tasks::add))
        .isInstanceOf(PlatformStream.class);
    next.close();
    next.close();
    assertThat(streams.begin(UNKNOWN, tasks::add)).isInstanceOf(LaneStream.class);
    alone.getLast().close();
    alone.get(1).close();
    assertThat(streams.begin(UNKNOWN, tasks::add)).isInstanceOf(PlatformStream.class);
    Md5Stream first = alone.getFirst();
    assertThat(first.update(Unpooled.directBuffer(3).writeBytes(new byte[] {1, 2, 3}))).isDone();
    assertThat(first.finish().join()).isEqualTo(expected(new byte[] {1, 2, 3}));
    assertThat(tasks).isEmpty();
  }

  @Test
  void failsAndReleasesWhenItsExecutorHasEnded() {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    List<Md5Stream> all = new ArrayList<>();
    for (int i = 0; i <= Md5Streams.ALONE; i++) {
      all.add(streams.begin(UNKNOWN, loop));
    }
    loop.shutdownNow();
    ByteBuf bytes = offHeap(new byte[100], 0, 100);
    assertThatThrownBy(() -> all.getLast().update(bytes).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RejectedExecutionException.class);
    assertThat(bytes.refCnt()).isZero();
    assertThatThrownBy(() -> all.getLast().finish().join())
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }
}
