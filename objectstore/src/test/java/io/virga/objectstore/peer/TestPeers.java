package io.virga.objectstore.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server and a client on loopback, each on loops of its own. */
final class TestPeers implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final int ECHO = 1;
  static final int NEVER = 2;
  static final int FAIL = 3;
  static final int COUNT = 4;
  static final int EARLY = 5;
  static final int BROKEN_BODY = 6;
  static final int ZEROS = 7;

  private static final int LOOPS = 2;

  private final Transport serverLoops = Transport.open(TransportChoice.AUTO, LOOPS, "server");
  private final Transport clientLoops = Transport.open(TransportChoice.AUTO, LOOPS, "client");
  private final PeerSecurity serverSecurity;
  private final Limits limits;
  private final PeerClient client;
  private final HostPort address;
  private PeerServer server;

  TestPeers(PeerSecurity serverSecurity, PeerSecurity clientSecurity, Limits limits) {
    this.serverSecurity = serverSecurity;
    this.limits = limits;
    this.server = listen(0);
    this.client = PeerClient.open(clientLoops, clientSecurity, limits);
    this.address = new HostPort("127.0.0.1", server.address().getPort());
  }

  static TestPeers plain() {
    return new TestPeers(new PlainLoopback("s"), new PlainLoopback("c"), Limits.DEFAULT);
  }

  private PeerServer listen(int port) {
    return PeerServer.listen(
        new InetSocketAddress("127.0.0.1", port),
        serverSecurity,
        serverLoops,
        TestPeers::handle,
        limits);
  }

  PeerServer server() {
    return server;
  }

  PeerClient client() {
    return client;
  }

  Transport clientLoops() {
    return clientLoops;
  }

  HostPort address() {
    return address;
  }

  Mono<Reply> call(int opcode, byte[] header, Body body) {
    return client.call(address, new PeerRequest(opcode, header, body, PATIENCE));
  }

  void stopServer() {
    server.close();
  }

  void startServer() {
    server = listen(address.port());
  }

  /** What it comes to. */
  static <T> T get(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(PATIENCE));
  }

  /** Waits for what another thread brings about. */
  static void eventually(BooleanSupplier condition) {
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) {
        throw new AssertionError("it has not come about within " + PATIENCE);
      }
      Thread.onSpinWait();
    }
  }

  static ByteBuf zeros(int length) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(length).writeZero(length);
  }

  private static Mono<Answer> handle(Call call) {
    return switch (call.opcode()) {
      case ECHO -> Mono.just(new Answer(200, call.header(), Body.of(call.body())));
      case NEVER -> Mono.never();
      case FAIL -> Mono.error(new IllegalStateException("the test's own failure"));
      case COUNT ->
          call.body()
              .map(
                  piece -> {
                    long length = piece.readableBytes();
                    piece.release();
                    return length;
                  })
              .reduce(0L, Long::sum)
              .map(sum -> new Answer(200, Long.toString(sum).getBytes(US_ASCII)));
      case EARLY -> Mono.just(new Answer(412, call.header()));
      case BROKEN_BODY ->
          Mono.just(
              new Answer(
                  200,
                  call.header(),
                  Body.of(
                      Flux.concat(
                          Flux.just(1).map(one -> zeros(one)),
                          Mono.error(new IllegalStateException("the test's own failure"))))));
      case ZEROS ->
          Mono.just(
              new Answer(
                  200, call.header(), Body.of(Flux.range(0, 16_384).map(i -> zeros(64 << 10)))));
      default -> Mono.error(new IllegalArgumentException("opcode " + call.opcode()));
    };
  }

  @Override
  public void close() {
    client.close();
    server.close();
    clientLoops.close();
    serverLoops.close();
  }
}
