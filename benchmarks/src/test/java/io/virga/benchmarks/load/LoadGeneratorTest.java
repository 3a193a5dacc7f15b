package io.virga.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

  private static final int BODY_BYTES = 200_000;

  private final Set<String> put = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final LoadGenerator load = new LoadGenerator();
  private HttpServer server;

  LoadGeneratorTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    load.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    int received = exchange.getRequestBody().readAllBytes().length;
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/closing")) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("PUT") && received == BODY_BYTES) {
      put.add(path);
      exchange.sendResponseHeaders(201, -1);
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
    exchange.close();
  }

  @Test
  void asksEachOnceAndEndsWithTheWorkload() {
    ByteBuf body = Unpooled.directBuffer(BODY_BYTES).writeZero(BODY_BYTES);
    LoadResult result = run(RequestTemplate.of("PUT", "/o{number}", Map.of(), body), 40);
    body.release();
    assertThat(result.operations()).isEqualTo(40);
    assertThat(result.errors()).isZero();
    assertThat(put).hasSize(40).contains("/o0000000000", "/o0000000039");
    assertThat(result.latency().p50Millis()).isPositive();
    assertThat(result.loadIdlePercent()).isBetween(0.0, 100.0);
  }

  @Test
  void opensClosedConnectionsAgain() {
    ByteBuf body = Unpooled.directBuffer(BODY_BYTES).writeZero(BODY_BYTES);
    LoadResult result = run(RequestTemplate.of("PUT", "/closing{number}", Map.of(), body), 20);
    body.release();
    assertThat(result.operations()).isEqualTo(20);
    assertThat(put).hasSize(20);
  }

  @Test
  void countsRefusals() {
    LoadResult result = run(RequestTemplate.of("GET", "/o{number}", Map.of()), 10);
    assertThat(result.operations()).isZero();
    assertThat(result.errors()).isEqualTo(10);
    assertThat(result.firstError()).isEqualTo("status 404");
  }

  @Test
  void givesUpOnServerThatIsNotThere() {
    server.stop(0);
    LoadResult result = run(RequestTemplate.of("GET", "/", Map.of()), 10);
    assertThat(result.operations()).isZero();
    assertThat(result.errors()).isPositive();
    assertThat(result.firstError()).contains("cannot connect");
  }

  private LoadResult run(RequestTemplate template, int count) {
    return load.run(
        server.getAddress(),
        4,
        new Sequence(template, 0, count),
        LoadPlan.toTheEnd(Duration.ofSeconds(30)));
  }
}
