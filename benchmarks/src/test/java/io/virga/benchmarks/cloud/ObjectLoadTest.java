package io.virga.benchmarks.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectLoadTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final int OBJECTS = 10;

  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean refusing;
  private HttpServer server;
  private ObjectLoad load;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/container";
    load = new ObjectLoad(url, "token", PAUSE);
    await(OBJECTS);
  }

  @AfterEach
  void stop() {
    load.close();
    server.stop(0);
    threads.close();
  }

  @Test
  void countsNothingLostWhenAllIsKept() {
    assertThat(load.stopAndCountLost()).isZero();
    assertThat(load.failureCount()).isZero();
  }

  @Test
  void countsWhatIsMissingAndWhatDiffers() {
    load.close();
    kept.remove("/container/0");
    kept.put("/container/1", new byte[] {1});
    assertThat(load.stopAndCountLost()).isEqualTo(2);
  }

  @Test
  void doesNotCountWhatWasRefused() {
    refusing = true;
    Patience.await(
        "a refusal", LIMIT, PAUSE, () -> Optional.of(load.failureCount()).filter(n -> n > 0));
    refusing = false;
    await(load.acknowledgedCount() + OBJECTS);
    assertThat(load.stopAndCountLost()).isZero();
  }

  private void await(int count) {
    Patience.await(
        count + " objects",
        LIMIT,
        PAUSE,
        () -> Optional.of(load.acknowledgedCount()).filter(n -> n >= count));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      byte[] found = kept.getOrDefault(path, new byte[0]);
      if (refusing) {
        exchange.sendResponseHeaders(503, -1);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        kept.put(path, body);
        exchange.sendResponseHeaders(201, -1);
      } else if (kept.containsKey(path)) {
        exchange.sendResponseHeaders(200, found.length == 0 ? -1 : found.length);
        exchange.getResponseBody().write(found);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }
}
