package io.virga.benchmarks.objectsoak;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.objectsoak.Findings.Damage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client and a store that can be told to go wrong. */
class ObjectClientTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final int REQUESTS = 200;

  private final Map<String, byte[]> kept = new ConcurrentSkipListMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Findings findings = new Findings();
  private final ObjectClient.Counters counters = new ObjectClient.Counters();
  private volatile Fault fault = Fault.NONE;
  private HttpServer server;

  private enum Fault {
    NONE,
    LOSES,
    CHANGES,
    BRINGS_BACK,
    REFUSES_AFTER_DOING
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    String account = "http://127.0.0.1:" + server.getAddress().getPort();
    ObjectDoors doors = new ObjectDoors(List.of(account), () -> "token");
    ObjectClient.Shared shared = new ObjectClient.Shared(findings, counters, PAUSE);
    threads.execute(new ObjectClient(0, doors, shared, 1));
    await(REQUESTS);
  }

  @AfterEach
  void stop() {
    counters.stopped = true;
    threads.close();
    server.stop(0);
  }

  @Test
  void findsNothingWhereNothingIsWrong() {
    assertThat(counters.read).hasPositiveValue();
    assertThat(findings.described()).isEmpty();
  }

  @Test
  void findsWhatIsLost() {
    fault = Fault.LOSES;
    awaitDamage(Damage.LOST);
  }

  @Test
  void findsWhatIsChanged() {
    fault = Fault.CHANGES;
    awaitDamage(Damage.WRONG);
  }

  @Test
  void findsWhatComesBack() {
    fault = Fault.BRINGS_BACK;
    awaitDamage(Damage.GHOST);
  }

  @Test
  void knowsThatARefusedWriteMayHaveBeenDone() {
    fault = Fault.REFUSES_AFTER_DOING;
    Patience.await(
        "refusals", LIMIT, PAUSE, () -> Optional.of(counters.refused.size()).filter(n -> n > 0));
    fault = Fault.NONE;
    await(counters.acknowledged.get() + REQUESTS);
    assertThat(findings.described()).isEmpty();
  }

  private void await(int count) {
    Patience.await(
        count + " acknowledged writes",
        LIMIT,
        PAUSE,
        () -> Optional.of(counters.acknowledged.get()).filter(n -> n >= count));
  }

  private void awaitDamage(Damage damage) {
    Patience.await(
        damage.toString(),
        LIMIT,
        PAUSE,
        () -> Optional.of(findings.count(damage)).filter(n -> n > 0));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean refused = fault == Fault.REFUSES_AFTER_DOING;
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          if (fault != Fault.LOSES) {
            kept.put(path, fault == Fault.CHANGES ? new byte[] {1} : body);
          }
          exchange.sendResponseHeaders(refused ? 503 : 201, -1);
        }
        case "DELETE" -> {
          boolean there = kept.containsKey(path);
          if (fault != Fault.BRINGS_BACK) {
            kept.remove(path);
          }
          exchange.sendResponseHeaders(refused ? 503 : there ? 204 : 404, -1);
        }
        default -> read(exchange, path);
      }
    }
  }

  private void read(HttpExchange exchange, String path) throws IOException {
    byte[] found = kept.getOrDefault(path, new byte[0]);
    boolean there = kept.containsKey(path);
    if (path.lastIndexOf('/') == 0) {
      there = true;
      found =
          kept.keySet().stream()
              .map(name -> name.substring(path.length() + 1) + "\n")
              .collect(Collectors.joining())
              .getBytes(StandardCharsets.UTF_8);
    }
    exchange.sendResponseHeaders(there ? 200 : 404, found.length == 0 ? -1 : found.length);
    exchange.getResponseBody().write(found);
  }
}
