package io.virga.objectstore.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.peer.FaultyPeerLink.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Calls over real sockets, without TLS. */
@ExtendWith(LeakWatch.class)
@Timeout(120)
class PeerCallTest {

  private static final byte[] HEADER = "header".getBytes(US_ASCII);

  private static TestPeers peers = TestPeers.plain();

  @BeforeAll
  static void connect() {
    assertThat(TestPeers.get(peers.call(TestPeers.EARLY, HEADER, Body.NONE)).status())
        .isEqualTo(412);
  }

  @AfterAll
  static void close() {
    peers.close();
  }

  @AfterEach
  void noStreamIsLeft() {
    TestPeers.eventually(() -> peers.server().calls() == 0);
  }

  private static long count(Flux<ByteBuf> body) {
    return TestPeers.get(
        body.map(
                piece -> {
                  long length = piece.readableBytes();
                  piece.release();
                  return length;
                })
            .reduce(0L, Long::sum));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096, 64 << 10, (64 << 10) + 1, 3 << 20})
  void echoesABodyAtHand(int length) {
    Reply reply =
        TestPeers.get(peers.call(TestPeers.ECHO, HEADER, Body.of(TestPeers.zeros(length))));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header()).isEqualTo(HEADER);
    assertThat(count(reply.body())).isEqualTo(length);
  }

  @Test
  void tellsTheServiceWhatWasAsked() {
    Reply reply =
        TestPeers.get(
            peers.call(
                TestPeers.COUNT,
                HEADER,
                Body.of(Flux.range(1, 1000).map(i -> TestPeers.zeros(i)))));
    assertThat(new String(reply.header(), US_ASCII)).isEqualTo("500500");
    assertThat(count(reply.body())).isZero();
  }

  @Test
  void failureOfTheServiceIsTold() {
    assertThatThrownBy(() -> peers.call(TestPeers.FAIL, HEADER, Body.NONE).block())
        .isInstanceOfSatisfying(
            PeerFailure.Reset.class,
            reset -> {
              assertThat(reset.code()).isEqualTo(ResetCode.FAILED);
              assertThat(reset.text()).isEqualTo("the test's own failure");
            });
  }

  @Test
  void failureOfTheAnswersBodyIsTold() {
    Reply reply = TestPeers.get(peers.call(TestPeers.BROKEN_BODY, HEADER, Body.NONE));
    assertThatThrownBy(() -> count(reply.body()))
        .isInstanceOfSatisfying(
            PeerFailure.Reset.class,
            reset -> assertThat(reset.code()).isEqualTo(ResetCode.BODY_FAILED));
  }

  @Test
  void failureOfTheRequestsBodyEndsTheCall() {
    Flux<ByteBuf> body =
        Flux.concat(
            Flux.just(1).map(one -> TestPeers.zeros(one)),
            Mono.error(new IllegalStateException("the test's own failure")));
    assertThatThrownBy(() -> peers.call(TestPeers.COUNT, HEADER, Body.of(body)).block())
        .isInstanceOf(PeerFailure.BodyFailed.class)
        .hasMessageContaining("the test's own failure");
  }

  @Test
  void anEarlyAnswerStopsTheBody() {
    AtomicBoolean cancelled = new AtomicBoolean();
    Flux<ByteBuf> endless =
        Flux.range(0, Integer.MAX_VALUE)
            .map(i -> TestPeers.zeros(64 << 10))
            .doOnCancel(() -> cancelled.set(true));
    Reply reply = TestPeers.get(peers.call(TestPeers.EARLY, HEADER, Body.of(endless)));
    assertThat(reply.status()).isEqualTo(412);
    TestPeers.eventually(cancelled::get);
  }

  @Test
  void aCallThatIsNotAnsweredEndsAtItsDeadline() {
    PeerRequest request = new PeerRequest(TestPeers.NEVER, HEADER, Duration.ofMillis(200));
    assertThatThrownBy(() -> peers.client().call(peers.address(), request).block())
        .isInstanceOf(PeerFailure.DeadlineExceeded.class);
  }

  @Test
  void aBodyThatNobodyTakesEndsAtItsDeadline() {
    PeerRequest request =
        new PeerRequest(
            TestPeers.NEVER,
            HEADER,
            Body.of(Flux.range(0, Integer.MAX_VALUE).map(i -> TestPeers.zeros(64 << 10))),
            Duration.ofMillis(200));
    assertThatThrownBy(() -> peers.client().call(peers.address(), request).block())
        .isInstanceOf(PeerFailure.DeadlineExceeded.class);
  }

  @Test
  void timeThatTheOwnBodyTakesDoesNotCount() {
    PeerRequest request =
        new PeerRequest(
            TestPeers.COUNT,
            HEADER,
            Body.of(Flux.interval(Duration.ofMillis(150)).take(6).map(i -> TestPeers.zeros(1))),
            Duration.ofMillis(400));
    Reply reply = TestPeers.get(peers.client().call(peers.address(), request));
    assertThat(new String(reply.header(), US_ASCII)).isEqualTo("6");
  }

  @Test
  void cancellingACallLeavesNoStream() {
    reactor.core.Disposable call = peers.call(TestPeers.NEVER, HEADER, Body.NONE).subscribe();
    TestPeers.eventually(() -> peers.server().calls() == 1);
    call.dispose();
    TestPeers.eventually(() -> peers.server().calls() == 0);
  }

  @Test
  void cancellingABodyLeavesNoStream() {
    long taken =
        TestPeers.get(
            peers
                .call(TestPeers.ZEROS, HEADER, Body.NONE)
                .flatMapMany(Reply::body)
                .doOnNext(ByteBuf::release)
                .take(5)
                .count());
    assertThat(taken).isEqualTo(5);
    TestPeers.eventually(() -> peers.server().calls() == 0);
  }

  @Test
  void discardingAReplyLeavesNoStream() {
    TestPeers.get(peers.call(TestPeers.ZEROS, HEADER, Body.NONE)).discard();
    TestPeers.eventually(() -> peers.server().calls() == 0);
  }

  @Test
  void cancellingACallWithABodyStopsBothWays() {
    AtomicInteger produced = new AtomicInteger();
    AtomicBoolean cancelled = new AtomicBoolean();
    Flux<ByteBuf> endless =
        Flux.range(0, Integer.MAX_VALUE)
            .map(
                i -> {
                  produced.incrementAndGet();
                  return TestPeers.zeros(64 << 10);
                })
            .doOnCancel(() -> cancelled.set(true));
    long taken =
        TestPeers.get(
            peers
                .call(TestPeers.ECHO, HEADER, Body.of(endless))
                .flatMapMany(Reply::body)
                .doOnNext(ByteBuf::release)
                .take(100)
                .count());
    assertThat(taken).isEqualTo(100);
    TestPeers.eventually(cancelled::get);
    assertThat(produced.get()).isPositive();
  }

  @Test
  void aCallOnALoopIsAnsweredOnThatLoop() throws Exception {
    List<Thread> threads = new java.util.concurrent.CopyOnWriteArrayList<>();
    CountDownLatch answered = new CountDownLatch(1);
    var loop = peers.clientLoops().loops().next();
    loop.execute(
        () -> {
          threads.add(Thread.currentThread());
          peers
              .call(TestPeers.EARLY, HEADER, Body.NONE)
              .subscribe(
                  reply -> {
                    threads.add(Thread.currentThread());
                    answered.countDown();
                  });
        });
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.get(0)).isSameAs(threads.get(1));
  }

  @Test
  void namesAreResolved() {
    HostPort byName = new HostPort("localhost", peers.address().port());
    PeerRequest request = new PeerRequest(TestPeers.EARLY, HEADER, TestPeers.PATIENCE);
    assertThat(TestPeers.get(peers.client().call(byName, request)).status()).isEqualTo(412);
    HostPort unknown = new HostPort("no-such-host.invalid", 1);
    assertThatThrownBy(() -> peers.client().call(unknown, request).block())
        .isInstanceOf(PeerFailure.Unreachable.class);
  }

  @Test
  void aStreamThatReachesNobodyIsReleased() {
    ByteBuf waiting = TestPeers.zeros(1000);
    Sinks.Many<ByteBuf> bytes = Sinks.many().unicast().onBackpressureBuffer();
    bytes.tryEmitNext(waiting).orThrow();
    HostPort nobody = new HostPort("no-such-host.invalid", 1);
    Body body = Body.of(bytes.asFlux());
    PeerRequest request = new PeerRequest(TestPeers.EARLY, HEADER, body, TestPeers.PATIENCE);
    assertThatThrownBy(() -> peers.client().call(nobody, request).block())
        .isInstanceOf(PeerFailure.Unreachable.class);
    assertThat(waiting.refCnt()).isZero();
  }

  @Test
  void aTestCanCutDropAndDelay() {
    FaultyPeerLink faulty = new FaultyPeerLink(peers.client(), peers.clientLoops().loops().next());
    PeerRequest request = new PeerRequest(TestPeers.EARLY, HEADER, Duration.ofMillis(100));
    faulty.set(peers.address(), new Fault.Cut());
    assertThatThrownBy(() -> faulty.call(peers.address(), request).block())
        .isInstanceOf(PeerFailure.Unreachable.class);
    for (Fault fault : List.of(new Fault.DropRequest(), new Fault.DropReply())) {
      faulty.set(peers.address(), fault);
      assertThatThrownBy(() -> faulty.call(peers.address(), request).block())
          .isInstanceOf(PeerFailure.DeadlineExceeded.class);
    }
    faulty.set(peers.address(), new Fault.Delay(Duration.ofMillis(50)));
    assertThat(TestPeers.get(faulty.call(peers.address(), request)).status()).isEqualTo(412);
    faulty.heal(peers.address());
    assertThat(TestPeers.get(faulty.call(peers.address(), request)).status()).isEqualTo(412);
  }
}
