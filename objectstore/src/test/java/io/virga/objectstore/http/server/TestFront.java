package io.virga.objectstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A listener before one door, which is a function. */
final class TestFront implements AutoCloseable {

  static final Patience PATIENCE = new Patience(Duration.ofSeconds(60), Duration.ofSeconds(60));

  private final Transport transport = Transport.open(TransportChoice.AUTO, 1, "front");
  private final Queue<String> observed = new ConcurrentLinkedQueue<>();
  private final HttpFront front;

  TestFront(Function<Request, Mono<Reply>> answer) {
    this(Optional.empty(), PATIENCE, answer);
  }

  TestFront(Optional<SslContext> tls, Patience patience, Function<Request, Mono<Reply>> answer) {
    Door door =
        new Door() {
          @Override
          public boolean isFor(Request request) {
            return true;
          }

          @Override
          public String operation(Request request) {
            return "test." + request.method();
          }

          @Override
          public Mono<Reply> answer(Request request) {
            return answer.apply(request);
          }
        };
    Doors doors =
        new Doors(
            List.of(door), (operation, status, nanos) -> observed.add(operation + " " + status));
    front = new HttpFront(new InetSocketAddress("127.0.0.1", 0), tls, transport, doors, patience);
  }

  /** Text as a reply. */
  static Mono<Reply> ok(String text) {
    return Mono.fromSupplier(() -> Reply.text(200, "text/plain", text));
  }

  HttpFront front() {
    return front;
  }

  /** What the observer was told. */
  List<String> observed() {
    return List.copyOf(observed);
  }

  RawClient client() throws IOException {
    return new RawClient(front.port());
  }

  static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Nothing is being answered any more. */
  void eventuallyIdle() {
    eventually(() -> front.active() == 0);
  }

  @Override
  public void close() {
    front.close();
    transport.close();
  }
}
