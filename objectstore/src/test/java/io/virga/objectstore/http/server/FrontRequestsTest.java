package io.virga.objectstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.HeaderNames;
import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.peer.LeakWatch;
import io.virga.objectstore.store.ObjectStore;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a client may send, over raw sockets. */
@ExtendWith(LeakWatch.class)
@Timeout(120)
class FrontRequestsTest {

  private static Mono<Reply> echo(Request request) {
    return BodyCollector.collect(request.body(), 1 << 20)
        .defaultIfEmpty(new byte[0])
        .map(bytes -> Reply.bytes(200, "text/plain", bytes));
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    Sinks.One<Reply> first = Sinks.one();
    try (TestFront front =
            new TestFront(
                request ->
                    request.rawPath().equals("/a")
                        ? first.asMono()
                        : TestFront.ok(request.rawPath()));
        RawClient client = front.client()) {
      client.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n");
      assertThat(client.isQuiet(100)).isTrue();
      assertThat(front.front().active()).isEqualTo(1);
      first.emitValue(Reply.text(200, "text/plain", "/a"), Sinks.EmitFailureHandler.FAIL_FAST);
      assertThat(client.answer().body()).isEqualTo("/a");
      assertThat(client.answer().body()).isEqualTo("/b");
      assertThat(client.answer().body()).isEqualTo("/c");
      front.eventuallyIdle();
      assertThat(front.observed()).containsExactly("test.GET 200", "test.GET 200", "test.GET 200");
    }
  }

  @Test
  void answersPipelinedRequestsWithBodies() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      client.send(
          "PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\none"
              + "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1;x=y\r\no\r\n0\r\n"
              + "Trailer: t\r\n\r\nPUT /c HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
              + "PUT /d HTTP/1.1\r\nContent-Length: 4\r\n\r\nfour");
      assertThat(client.answer().body()).isEqualTo("one");
      assertThat(client.answer().body()).isEqualTo("two");
      assertThat(client.answer().body()).isEmpty();
      assertThat(client.answer().body()).isEqualTo("four");
    }
  }

  @Test
  void tellsAClientToGoOnWhenTheBodyIsAskedForAndNotBefore() throws Exception {
    Sinks.Empty<Void> asked = Sinks.empty();
    try (TestFront front =
            new TestFront(request -> asked.asMono().then(Mono.defer(() -> echo(request))));
        RawClient client = front.client()) {
      client.send("PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      assertThat(client.isQuiet(200)).isTrue();
      asked.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
      assertThat(client.head()).isEqualTo("http/1.1 100 continue\r\n\r\n");
      assertThat(client.send("body").answer().body()).isEqualTo("body");
      assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotTellAClientToGoOnThatHas() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      client.send("PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isIn(100, 200);
      assertThat(answer.status() == 100 ? client.answer().body() : answer.body()).isEqualTo("body");
    }
  }

  @Test
  void closesWhenItDoesNotTellAClientToGoOn() throws Exception {
    try (TestFront front = new TestFront(request -> Mono.just(Reply.text(413, "t", "no")));
        RawClient client = front.client()) {
      client.send("PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.has("connection: close")).isTrue();
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void passesOverABodyThatNobodyWants() throws Exception {
    try (TestFront front = new TestFront(request -> TestFront.ok("no"));
        RawClient client = front.client()) {
      client.send("PUT /a HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
      client.send(new byte[3_000_000]);
      client.send("GET /b HTTP/1.1\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("no");
      assertThat(client.answer().body()).isEqualTo("no");
      front.eventuallyIdle();
    }
  }

  @Test
  void passesOverABodyThatIsGivenUp() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    BodyCollector.collect(request.body(), 100)
                        .map(bytes -> Reply.of(201))
                        .onErrorReturn(BodyCollector.TooLong.class, Reply.of(413)));
        RawClient client = front.client()) {
      client.send("PUT /a HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
      client.send(new byte[3_000_000]);
      assertThat(client.answer().status()).isEqualTo(413);
      client.send("PUT /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nok");
      assertThat(client.answer().status()).isEqualTo(201);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n"
      })
  void closesWhenTheClientWantsThat(String request) throws Exception {
    try (TestFront front = new TestFront(asked -> TestFront.ok("done"));
        RawClient client = front.client()) {
      RawClient.Answer answer = client.send(request).answer();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.has("connection: close")).isTrue();
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void keepsAnOldConnectionWhenItIsAskedTo() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      client.send("PUT / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold");
      RawClient.Answer answer = client.answer();
      assertThat(answer.body()).isEqualTo("old");
      assertThat(answer.has("connection: keep-alive")).isTrue();
      assertThat(client.send("GET / HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void runsTheDoorAndTheStoreOnTheLoop() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    Mono.deferContextual(
                        context -> {
                          Executor executor = context.get(ObjectStore.EXECUTOR);
                          return Mono.<Reply>create(
                              sink ->
                                  executor.execute(
                                      () ->
                                          sink.success(
                                              Reply.text(
                                                  200, "t", Thread.currentThread().getName()))));
                        }));
        RawClient client = front.client()) {
      assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().body()).startsWith("front-loop");
    }
  }

  @Test
  void readsThePathOfAWholeAddress() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    TestFront.ok(
                        request.rawPath() + "|" + request.rawQuery() + "|" + request.origin()));
        RawClient client = front.client()) {
      client.send("GET http://host:80/a/b?c=d HTTP/1.1\r\n\r\n");
      assertThat(client.answer().body()).startsWith("/a/b|c=d|Origin[secure=false");
      assertThat(client.send("GET HTTP://host HTTP/1.1\r\n\r\n").answer().body()).startsWith("/||");
    }
  }

  @Test
  void answersAFailureOfTheDoorAndGoesOn() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    switch (request.rawPath()) {
                      case "/throws" -> throw new IllegalStateException("thrown");
                      case "/fails" -> Mono.error(new IllegalStateException("failed"));
                      case "/empty" -> Mono.empty();
                      default -> TestFront.ok("fine");
                    });
        RawClient client = front.client()) {
      for (String path : new String[] {"/throws", "/fails", "/empty"}) {
        RawClient.Answer answer = client.send("GET " + path + " HTTP/1.1\r\n\r\n").answer();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).startsWith("Internal Server Error, request tx");
      }
      assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().body()).isEqualTo("fine");
      front.eventuallyIdle();
    }
  }

  @Test
  void refusesAQueryThatCannotBeDecoded() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      assertThat(client.send("GET /?a=%zz HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(400);
      assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void failsABodyWhoseClientIsGone() throws Exception {
    Sinks.One<String> ended = Sinks.one();
    try (TestFront front =
        new TestFront(
            request ->
                echo(request)
                    .doOnCancel(
                        () -> ended.emitValue("cancelled", Sinks.EmitFailureHandler.FAIL_FAST)))) {
      try (RawClient client = front.client()) {
        client.send("PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nfive5");
        TestFront.eventually(() -> front.front().active() == 1);
      }
      assertThat(ended.asMono().block()).isEqualTo("cancelled");
      front.eventuallyIdle();
    }
  }

  @Test
  void neverGivesTheDoorHalfABodyAsAWhole() throws Exception {
    Sinks.One<String> seen = Sinks.one();
    try (TestFront front =
        new TestFront(
            request -> {
              request
                  .body()
                  .doOnNext(ByteBuf::release)
                  .subscribe(
                      bytes -> {},
                      failure -> seen.emitValue("failed", Sinks.EmitFailureHandler.FAIL_FAST),
                      () -> seen.emitValue("complete", Sinks.EmitFailureHandler.FAIL_FAST));
              return Mono.never();
            })) {
      try (RawClient client = front.client()) {
        client.send("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        TestFront.eventually(() -> front.front().active() == 1);
      }
      assertThat(seen.asMono().block()).isEqualTo("failed");
    }
  }

  @Test
  void endsAfterMalformedInput() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      client.send("GET /first HTTP/1.1\r\n\r\nnonsense\r\n\r\nGET /second HTTP/1.1\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      RawClient.Answer refused = client.answer();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.has("connection: close")).isTrue();
      assertThatThrownBy(client::head).isInstanceOf(EOFException.class);
      front.eventuallyIdle();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400 PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\nxyz\n",
        "400 PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n-1\n",
        "400 PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\nFFFFFFFFFFFFFFFFF\n",
        "400 PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nabc\n0\n\n",
        "400 PUT / HTTP/1.1\nTransfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n",
        "501 PUT / HTTP/1.1\nTransfer-Encoding: gzip\n\n",
        "501 PUT / HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n",
        "400 PUT / HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n",
        "400 PUT / HTTP/1.1\nContent-Length: 3\nContent-Length: 4\n\nabc",
        "400 PUT / HTTP/1.1\nContent-Length: -3\n\n",
        "400 PUT / HTTP/1.1\nContent-Length: 99999999999999999999\n\n",
        "400 GET / HTTP/1.1\nBad Name: x\n\n",
        "400 GET / HTTP/1.1\nName : x\n\n",
        "505 GET / HTTP/9.9\n\n",
        "505 PRI * HTTP/2.0\n\n",
        "400 \u0000\u0001\u0002\n\n"
      })
  void refusesWhatIsNotHttp(String statusAndText) throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      client.send(statusAndText.substring(4).replace("\n", "\r\n"));
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(Integer.parseInt(statusAndText.substring(0, 3)));
      assertThat(answer.has("connection: close")).isTrue();
      assertThat(answer.body()).isNotEmpty();
      assertThat(client.rest()).isEmpty();
      front.eventuallyIdle();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400 GET / HTTP/1.1\n\n",
        "400 GET / HTTP/1.1\nHost: a\nHost: b\n\n",
        "200 GET / HTTP/1.1\nHost:\n\n",
        "200 GET / HTTP/1.0\n\n"
      })
  void needsOneHostFromHttp11On(String statusAndText) throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo);
        RawClient client = front.client()) {
      String text = statusAndText.substring(4).replace("\n", "\r\n");
      client.send(text.getBytes(StandardCharsets.US_ASCII));
      assertThat(client.answer().status())
          .isEqualTo(Integer.parseInt(statusAndText.substring(0, 3)));
    }
  }

  @Test
  void takesNamesOfHeadersInUtf8() throws Exception {
    try (TestFront front =
            new TestFront(
                request ->
                    TestFront.ok(
                        request.headers().names().stream()
                            .map(HeaderNames::decode)
                            .filter(name -> name.startsWith("x-"))
                            .findFirst()
                            .orElse("none")));
        RawClient client = front.client()) {
      byte[] name = "X-Object-Meta-Gr\u00fcn\u4e2d: v".getBytes(StandardCharsets.UTF_8);
      client.send("GET / HTTP/1.1\r\n").send(name).send("\r\n\r\n");
      assertThat(client.answer().body())
          .isEqualTo(HeaderText.safe("x-object-meta-gr\u00fcn\u4e2d"));
    }
  }

  @Test
  void refusesALineAndHeadersThatAreTooLong() throws Exception {
    try (TestFront front = new TestFront(FrontRequestsTest::echo)) {
      String within = "a".repeat(15_000);
      try (RawClient client = front.client()) {
        assertThat(client.send("GET /" + within + " HTTP/1.1\r\n\r\n").answer().status())
            .isEqualTo(200);
        client.send("GET /" + "a".repeat(17_000) + " HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(414);
        assertThat(client.rest()).isEmpty();
      }
      try (RawClient client = front.client()) {
        byte[] headers = ("X: " + within + "\r\n").repeat(20).getBytes(StandardCharsets.US_ASCII);
        client.send("GET / HTTP/1.1\r\n").send(headers).send("\r\n");
        assertThat(client.answer().status()).isEqualTo(431);
        assertThat(client.rest()).isEmpty();
      }
    }
  }
}
