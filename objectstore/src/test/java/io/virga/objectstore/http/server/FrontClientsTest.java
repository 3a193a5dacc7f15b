package io.virga.objectstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.peer.LeakWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Clients that are too fast, too slow or gone, and the end of the listener. */
@ExtendWith(LeakWatch.class)
@Timeout(180)
class FrontClientsTest {

  @TempDir Path directory;

  private static final int MIB = 1 << 20;
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(500), Duration.ofMillis(500));

  /** Sends as much as is taken, on a thread of its own. */
  private static CompletableFuture<Void> sending(
      RawClient client, byte[] piece, int times, AtomicLong sent) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (int i = 0; i < times; i++) {
              client.send(piece);
              sent.addAndGet(piece.length);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static Mono<Reply> counted(Request request) {
    return request
        .body()
        .map(FrontClientsTest::taken)
        .reduce(0L, Long::sum)
        .map(total -> Reply.text(200, "text/plain", Long.toString(total)));
  }

  private static long taken(ByteBuf piece) {
    long length = piece.readableBytes();
    piece.release();
    return length;
  }

  @Test
  void readsABodyNoFasterThanItIsAskedFor() throws Exception {
    Sinks.Empty<Void> begin = Sinks.empty();
    AtomicLong sent = new AtomicLong();
    Function<Request, Mono<Reply>> slow =
        request ->
            request
                .body()
                .concatMap(piece -> begin.asMono().then(Mono.fromSupplier(() -> taken(piece))), 1)
                .reduce(0L, Long::sum)
                .map(total -> Reply.text(200, "text/plain", Long.toString(total)));
    try (TestFront front = new TestFront(slow);
        RawClient client = front.client()) {
      client.send("PUT / HTTP/1.1\r\nContent-Length: " + 64 * MIB + "\r\n\r\n");
      CompletableFuture<Void> done = sending(client, new byte[MIB], 64, sent);
      assertThat(Steady.value(sent::get)).isLessThan(32 * MIB);
      begin.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
      assertThat(client.answer().body()).isEqualTo(Integer.toString(64 * MIB));
      done.join();
    }
  }

  @Test
  void readsNoMoreRequestsWhileOneWaits() throws Exception {
    Sinks.One<Reply> first = Sinks.one();
    AtomicLong sent = new AtomicLong();
    byte[] request =
        ("GET /b HTTP/1.1\r\nHost: l\r\nX: " + "x".repeat(8000) + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    try (TestFront front =
            new TestFront(
                asked ->
                    asked.rawPath().equals("/a") ? first.asMono() : TestFront.ok(asked.rawPath()));
        RawClient client = front.client()) {
      client.send("GET /a HTTP/1.1\r\n\r\n");
      CompletableFuture<Void> done = sending(client, request, 8000, sent);
      assertThat(Steady.value(sent::get)).isLessThan(32 * MIB);
      first.emitValue(Reply.text(200, "text/plain", "/a"), Sinks.EmitFailureHandler.FAIL_FAST);
      assertThat(client.answer().body()).isEqualTo("/a");
      for (int i = 0; i < 8000; i++) {
        assertThat(client.answer().body()).isEqualTo("/b");
      }
      done.join();
    }
  }

  @Test
  void answersNoMoreThanAClientReads() throws Exception {
    AtomicLong answered = new AtomicLong();
    int count = 20_000;
    byte[] requests =
        "GET / HTTP/1.1\r\nHost: l\r\n\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
    try (TestFront front =
            new TestFront(
                request -> {
                  answered.incrementAndGet();
                  ByteBuf zeros = PooledByteBufAllocator.DEFAULT.directBuffer(4096).writeZero(4096);
                  return Mono.just(Reply.of(200).with(new Reply.Buffer(zeros)));
                });
        RawClient client = front.client()) {
      CompletableFuture<Void> done = sending(client, requests, count / 100, new AtomicLong());
      assertThat(Steady.value(answered::get)).isLessThan(count / 2);
      for (int i = 0; i < count; i++) {
        assertThat(client.answer().body()).hasSize(4096);
      }
      done.join();
    }
  }

  @Test
  void closesAConnectionThatIsIdle() throws Exception {
    try (TestFront front = new TestFront(Optional.empty(), SHORT, FrontClientsTest::counted);
        RawClient silent = front.client();
        RawClient slow = front.client();
        RawClient used = front.client()) {
      slow.send("GET / HTTP/1.1\r\nHalf: a head");
      assertThat(used.send("GET / HTTP/1.1\r\n\r\n").answer().body()).isEqualTo("0");
      assertThat(silent.rest()).isEmpty();
      assertThat(slow.rest()).isEmpty();
      assertThat(used.rest()).isEmpty();
    }
  }

  @Test
  void givesUpAnUploadThatDoesNotGoOn() throws Exception {
    Sinks.Empty<Void> cancelled = Sinks.empty();
    try (TestFront front =
            new TestFront(
                Optional.empty(),
                SHORT,
                request ->
                    counted(request)
                        .doOnCancel(
                            () -> cancelled.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST)));
        RawClient client = front.client()) {
      client.send("PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nfive5");
      cancelled.asMono().block(Duration.ofSeconds(20));
      assertThatThrownBy(client::rest).hasMessageContaining("reset");
      front.eventuallyIdle();
    }
  }

  @Test
  void givesUpADownloadThatNobodyReads() throws Exception {
    Flux<ByteBuf> endless =
        Flux.generate(
            sink -> sink.next(PooledByteBufAllocator.DEFAULT.directBuffer(8192).writeZero(8192)));
    try (TestFront front =
            new TestFront(
                Optional.empty(),
                SHORT,
                request -> Mono.just(Reply.of(200).with(new Reply.Stream(1L << 40, endless))));
        RawClient client = front.client()) {
      client.send("GET / HTTP/1.1\r\n\r\n").head();
      front.eventuallyIdle();
      assertThatThrownBy(client::drain).hasMessageContaining("reset");
    }
  }

  @Test
  void waitsForTheServerForAsLongAsItTakes() throws Exception {
    try (TestFront front =
            new TestFront(
                Optional.empty(),
                SHORT,
                request -> TestFront.ok("late").delaySubscription(Duration.ofMillis(1500)));
        RawClient client = front.client()) {
      assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().body()).isEqualTo("late");
    }
  }

  @Test
  void lingersForABodyNoLongerThanItShould() throws Exception {
    Patience patience = new Patience(Duration.ofSeconds(60), Duration.ofMillis(300));
    try (TestFront front =
            new TestFront(
                Optional.empty(), patience, request -> Mono.just(Reply.text(401, "t", "no")));
        RawClient client = front.client()) {
      client.send("PUT / HTTP/1.1\r\nContent-Length: 1000\r\n\r\nonly this");
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void endsWhenAllIsAnswered() throws Exception {
    Sinks.One<Reply> reply = Sinks.one();
    try (TestFront front = new TestFront(request -> reply.asMono());
        RawClient idle = front.client();
        RawClient busy = front.client()) {
      busy.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
      TestFront.eventually(() -> front.front().active() == 1);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(front.front()::close);
      assertThat(idle.rest()).isEmpty();
      assertThat(closed.isDone()).isFalse();
      reply.emitValue(Reply.text(200, "text/plain", "done"), Sinks.EmitFailureHandler.FAIL_FAST);
      RawClient.Answer answer = busy.answer();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.has("connection: close")).isTrue();
      assertThat(busy.rest()).isEmpty();
      closed.join();
      assertThatThrownBy(front::client).isInstanceOf(IOException.class);
    }
  }

  @Test
  void resetsWhatIsNotAnsweredInTime() throws Exception {
    Flux<ByteBuf> begun =
        Flux.defer(() -> Flux.just(PooledByteBufAllocator.DEFAULT.directBuffer(16).writeZero(16)))
            .concatWith(Flux.never());
    try (TestFront front =
            new TestFront(request -> Mono.just(Reply.of(200).with(new Reply.Chunked(begun))));
        RawClient client = front.client()) {
      client.send("GET / HTTP/1.0\r\n\r\n").head();
      assertThat(client.read(16)).hasSize(16);
      front.front().close();
      assertThatThrownBy(client::rest).hasMessageContaining("reset");
      front.eventuallyIdle();
    }
  }

  @Test
  void doesTheSameOverTls() throws Exception {
    TlsFixture tls = new TlsFixture(directory);
    try (TestFront front =
        new TestFront(
            Optional.of(tls.server()),
            TestFront.PATIENCE,
            request ->
                request.method().equals("PUT")
                    ? counted(request)
                    : BodyCollector.collect(request.body(), 10)
                        .thenReturn(Reply.bytes(200, "t", new byte[MIB])))) {
      try (RawClient client = new RawClient(tls.connect(front.front().port()))) {
        client.send("GET / HTTP/1.1\r\n\r\nPUT / HTTP/1.1\r\nContent-Length: " + MIB + "\r\n\r\n");
        client.send(new byte[MIB]);
        assertThat(client.answer().body()).hasSize(MIB);
        assertThat(client.answer().body()).isEqualTo(Integer.toString(MIB));
        client.send("nonsense\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(400);
        assertThat(client.rest()).isEmpty();
      }
      try (RawClient plain = front.client()) {
        plain.send("GET / HTTP/1.1\r\n\r\n");
        assertThatThrownBy(plain::rest).isInstanceOf(IOException.class);
      }
      front.eventuallyIdle();
    }
  }
}
