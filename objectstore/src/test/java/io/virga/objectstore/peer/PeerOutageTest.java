package io.virga.objectstore.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.peer.PeerStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Peers that go, come back, or never say a word. */
@ExtendWith(LeakWatch.class)
@Timeout(60)
class PeerOutageTest {

  private static final byte[] HEADER = "header".getBytes(US_ASCII);

  private final TestPeers peers = TestPeers.plain();

  @AfterEach
  void close() {
    peers.close();
  }

  private Mono<Reply> small() {
    return peers.call(TestPeers.EARLY, HEADER, Body.NONE);
  }

  @Test
  void whatIsGoingOnFailsWhenTheServerGoes() {
    AtomicLong received = new AtomicLong();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    peers.call(TestPeers.NEVER, HEADER, Body.NONE).subscribe(reply -> {}, failures::add);
    peers
        .call(
            TestPeers.COUNT,
            HEADER,
            Body.of(Flux.range(0, Integer.MAX_VALUE).map(i -> TestPeers.zeros(64 << 10))))
        .subscribe(reply -> {}, failures::add);
    peers
        .call(TestPeers.ZEROS, HEADER, Body.NONE)
        .flatMapMany(Reply::body)
        .doOnNext(
            piece -> {
              received.addAndGet(piece.readableBytes());
              piece.release();
            })
        .take(10_000)
        .subscribe(piece -> {}, failures::add);
    TestPeers.eventually(() -> peers.server().calls() == 3 && received.get() > 1 << 20);

    peers.stopServer();

    TestPeers.eventually(() -> failures.size() == 3);
    assertThat(failures).allMatch(PeerFailure.Broken.class::isInstance);
    assertThat(peers.server().calls()).isZero();
  }

  @Test
  void failsAtOnceWhileAPeerIsDownAndFindsItAgain() {
    assertThat(TestPeers.get(small()).status()).isEqualTo(412);
    peers.stopServer();
    TestPeers.eventually(
        () -> peers.client().status().stream().noneMatch(peer -> peer.state() == State.UP));
    assertThatThrownBy(() -> small().block()).isInstanceOf(PeerFailure.Unreachable.class);
    assertThatThrownBy(() -> small().block()).isInstanceOf(PeerFailure.Unreachable.class);
    TestPeers.eventually(
        () -> peers.client().status().stream().allMatch(peer -> peer.state() == State.DOWN));
    assertThat(peers.client().status())
        .allMatch(peer -> peer.failure().isPresent() && peer.peer().equals(peers.address()));

    long startNanos = System.nanoTime();
    List<Throwable> failures =
        Flux.range(0, 1000)
            .concatMap(i -> small().then(Mono.<Throwable>empty()).onErrorResume(Mono::just))
            .collectList()
            .blockOptional()
            .orElseThrow();
    assertThat(failures).hasSize(1000).allMatch(PeerFailure.Unreachable.class::isInstance);
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(2));

    peers.startServer();
    TestPeers.eventually(
        () -> peers.client().status().stream().allMatch(peer -> peer.state() == State.UP));
    assertThat(TestPeers.get(small()).status()).isEqualTo(412);
  }

  @Test
  void aPeerThatSaysNoHelloIsUnreachable() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      HostPort address = new HostPort("127.0.0.1", silent.getLocalPort());
      PeerRequest request = new PeerRequest(1, HEADER, TestPeers.PATIENCE);
      long startNanos = System.nanoTime();
      assertThatThrownBy(() -> peers.client().call(address, request).block())
          .isInstanceOf(PeerFailure.Unreachable.class)
          .hasMessageContaining("no HELLO within 2000 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }
  }

  @Test
  void aPeerThatFallsSilentIsGivenUp() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      HostPort address = new HostPort("127.0.0.1", server.getLocalPort());
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      long startNanos = System.nanoTime();
      peers
          .client()
          .call(address, new PeerRequest(1, HEADER, TestPeers.PATIENCE))
          .subscribe(reply -> {}, failures::add);
      try (Socket socket = server.accept()) {
        socket.getOutputStream().write(FrameSamples.encoded(new Frame.Hello(Wire.VERSION, "s")));
        TestPeers.eventually(() -> !failures.isEmpty());
      }
      assertThat(failures.element())
          .isInstanceOf(PeerFailure.Broken.class)
          .hasMessageContaining("silent for 3 s");
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(8));
    }
  }

  @Test
  void anIdleConnectionIsKept() {
    assertThat(TestPeers.get(small()).status()).isEqualTo(412);
    int connections = peers.server().connections();
    Mono.delay(Duration.ofSeconds(12)).block();
    assertThat(peers.server().connections()).isEqualTo(connections);
    assertThat(peers.client().status()).anyMatch(peer -> peer.state() == State.UP);
  }

  @Test
  void oneCallTooManyIsBusy() {
    try (TestPeers few =
        new TestPeers(new PlainLoopback("s"), new PlainLoopback("c"), new Limits(512 << 10, 4))) {
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < 20; i++) {
        few.call(TestPeers.NEVER, HEADER, Body.NONE).subscribe(reply -> {}, failures::add);
      }
      TestPeers.eventually(() -> failures.size() == 12);
      assertThat(failures).allMatch(PeerFailure.Busy.class::isInstance);
      few.client().close();
      TestPeers.eventually(() -> failures.size() == 20);
      TestPeers.eventually(() -> few.server().calls() == 0);
    }
  }

  @Test
  void aClosedClientRefuses() {
    peers.client().close();
    ByteBuf bytes = TestPeers.zeros(10);
    assertThatThrownBy(() -> peers.call(TestPeers.ECHO, HEADER, Body.of(bytes)).block())
        .isInstanceOf(PeerFailure.Unreachable.class);
    assertThat(bytes.refCnt()).isZero();
  }
}
