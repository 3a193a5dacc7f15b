package io.virga.objectstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.peer.LeakWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a client gets, over raw sockets. */
@ExtendWith(LeakWatch.class)
@Timeout(120)
class FrontRepliesTest {

  private static final String GET = "GET / HTTP/1.1\r\n\r\n";

  private static ByteBuf buffer(String text) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer()
        .writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Flux<ByteBuf> pieces(String... texts) {
    return Flux.fromArray(texts).map(FrontRepliesTest::buffer);
  }

  private static TestFront serving(Reply.Body body) {
    return new TestFront(request -> Mono.just(Reply.of(200).with(body)));
  }

  @Test
  void sendsEveryKindOfBody() throws Exception {
    byte[] large = new byte[100_000];
    try (TestFront front =
            new TestFront(
                request ->
                    Mono.just(
                        switch (request.rawPath()) {
                          case "/none" -> Reply.of(200);
                          case "/204" -> Reply.of(204);
                          case "/304" -> Reply.of(304);
                          case "/bytes" -> Reply.text(200, "text/plain", "bytes");
                          case "/large" -> Reply.bytes(200, "text/plain", large);
                          case "/buffer" -> Reply.of(200).with(new Reply.Buffer(buffer("buffer")));
                          case "/stream" ->
                              Reply.of(200).with(new Reply.Stream(6, pieces("str", "", "eam")));
                          default -> Reply.of(404);
                        }));
        RawClient client = front.client()) {
      assertThat(client.send(get("/none")).answer().has("content-length: 0")).isTrue();
      assertThat(client.send(get("/204")).head()).doesNotContain("content-length");
      assertThat(client.send(get("/304")).head()).doesNotContain("content-length");
      assertThat(client.send(get("/bytes")).answer().body()).isEqualTo("bytes");
      assertThat(client.send(get("/large")).answer().body()).hasSize(100_000);
      assertThat(client.send(get("/buffer")).answer().body()).isEqualTo("buffer");
      assertThat(client.send(get("/stream")).answer().body()).isEqualTo("stream");
      RawClient.Answer last = client.send(get("/other")).answer();
      assertThat(last.head()).startsWith("http/1.1 404 not found\r\n").contains("\r\ndate: ");
      front.eventuallyIdle();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n\r\n";
  }

  @Test
  void sendsHeadersAsTheyAre() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    Mono.just(Reply.of(200).header("X-A", "b c").header("X-D", "\u00fc\r\nX: y")));
        RawClient client = front.client()) {
      RawClient.Answer answer = client.send(GET).answer();
      assertThat(answer.has("x-a: b c")).isTrue();
      assertThat(answer.has("x-d: \u00e3\u00bcx: y")).isTrue();
    }
  }

  @Test
  void sendsTheHeadAloneForHead() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    Mono.just(
                        switch (request.rawPath()) {
                          case "/head" -> Reply.of(200).with(new Reply.Head(7));
                          case "/bytes" -> Reply.text(200, "text/plain", "1234567");
                          case "/buffer" -> Reply.of(200).with(new Reply.Buffer(buffer("1234567")));
                          default -> Reply.of(200).with(new Reply.Stream(7, pieces("1234567")));
                        }));
        RawClient client = front.client()) {
      for (String path : new String[] {"/head", "/bytes", "/buffer", "/stream"}) {
        String head = client.send("HEAD " + path + " HTTP/1.1\r\n\r\n").head();
        assertThat(head).startsWith("http/1.1 200").contains("\r\ncontent-length: 7\r\n");
      }
      assertThat(client.send(get("/bytes")).answer().body()).isEqualTo("1234567");
    }
  }

  @Test
  void sendsChunksToThoseWhoKnowThem() throws Exception {
    String large = "z".repeat(100_000);
    try (TestFront front = serving(new Reply.Chunked(pieces("one", "", "two", large)));
        RawClient client = front.client()) {
      assertThat(client.send(GET).head()).contains("\r\ntransfer-encoding: chunked\r\n");
      String body = "3\r\none\r\n3\r\ntwo\r\n186a0\r\n" + large + "\r\n0\r\n\r\n";
      assertThat(client.read(body.length())).isEqualTo(body);
      assertThat(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head())
          .doesNotContain("chunked")
          .contains("\r\nconnection: close\r\n");
      assertThat(client.rest()).isEqualTo("onetwo" + large);
    }
  }

  @Test
  void takesPiecesFromAnyThread() throws Exception {
    Flux<ByteBuf> source =
        Flux.range(0, 20_000).publishOn(Schedulers.parallel()).map(i -> buffer("0123456789"));
    try (TestFront front =
            new TestFront(
                request ->
                    Mono.just(Reply.of(200).with(new Reply.Stream(200_000, source)))
                        .publishOn(Schedulers.parallel()));
        RawClient client = front.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(GET).answer().body()).isEqualTo("0123456789".repeat(20_000));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
  void breaksOffWhenTheSourceFails(String version) throws Exception {
    Flux<ByteBuf> failing =
        pieces("abc").concatWith(Flux.error(new IOException("the source failed")));
    for (Reply.Body body :
        new Reply.Body[] {new Reply.Stream(6, failing), new Reply.Chunked(failing)}) {
      try (TestFront front = serving(body);
          RawClient client = front.client()) {
        client.send("GET / " + version + "\r\n\r\n");
        assertBrokenOff(client);
        front.eventuallyIdle();
      }
    }
  }

  /** A reset, so that nobody takes what came for the whole. */
  private static void assertBrokenOff(RawClient client) {
    assertThatThrownBy(client::drain).isInstanceOf(IOException.class).hasMessageContaining("reset");
  }

  @Test
  void breaksOffWhatIsShorterOrLongerThanItWasSaidToBe() throws Exception {
    for (int length : new int[] {5, 7}) {
      try (TestFront front = serving(new Reply.Stream(length, pieces("abc", "def")));
          RawClient client = front.client()) {
        assertBrokenOff(client.send(GET));
        front.eventuallyIdle();
      }
    }
  }

  @Test
  void keepsLittleForAClientThatDoesNotRead() throws Exception {
    AtomicInteger given = new AtomicInteger();
    int count = 1 << 10;
    Flux<ByteBuf> source =
        Flux.fromStream(IntStream.range(0, count).boxed())
            .map(
                i -> {
                  given.incrementAndGet();
                  return PooledByteBufAllocator.DEFAULT.directBuffer(64 << 10).writeZero(64 << 10);
                });
    try (TestFront front = serving(new Reply.Stream((long) count << 16, source));
        RawClient client = front.client()) {
      client.send(GET).head();
      Steady.value(given::get);
      // What the kernel holds for both sides, and what may be pending.
      assertThat(given.get()).isLessThan(count / 2);
      assertThat(client.read(count << 16)).hasSize(count << 16);
      front.eventuallyIdle();
    }
  }

  @Test
  void cancelsAReplyWhoseClientIsGone() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    Flux<ByteBuf> endless =
        Flux.<ByteBuf>generate(
                sink ->
                    sink.next(PooledByteBufAllocator.DEFAULT.directBuffer(8192).writeZero(8192)))
            .doOnCancel(cancelled::incrementAndGet);
    try (TestFront front = serving(new Reply.Stream(1L << 40, endless))) {
      try (RawClient client = front.client()) {
        client.send(GET).read(1 << 20);
      }
      TestFront.eventually(() -> cancelled.get() == 1);
      front.eventuallyIdle();
    }
  }
}
