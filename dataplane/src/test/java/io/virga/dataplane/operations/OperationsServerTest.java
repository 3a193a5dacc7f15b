package io.virga.dataplane.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsServerTest {

  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

  private final Map<String, HealthCheck> checks = new ConcurrentSkipListMap<>();
  private final Metrics metrics = Metrics.of("test");
  private OperatorTasks tasks = new OperatorTasks(Optional.empty());
  private Transport transport;

  @BeforeEach
  void start() {
    transport = Transport.open(TransportChoice.AUTO, 1, "operations-test");
  }

  @AfterEach
  void stop() {
    transport.close();
    metrics.close();
  }

  private OperationsServer server(HostPort listen) {
    return OperationsServer.start(
        listen,
        transport.loopResources(),
        new OperationsServer.Content("test", checks, metrics, () -> Map.of("version", "1"), tasks));
  }

  private static HttpResponse<String> get(OperationsServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.address().getPort() + path))
              .timeout(Duration.ofSeconds(10))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void saysTheWorstOfItsChecks() throws Exception {
    try (OperationsServer server = server(ANY_PORT)) {
      checks.put("engine", () -> Health.up("fine"));
      HttpResponse<String> up = get(server, "/health");
      assertThat(up.statusCode()).isEqualTo(200);
      assertThat(up.body())
          .isEqualTo(
              "{\"service\":\"test\",\"status\":\"up\",\"checks\":"
                  + "[{\"name\":\"engine\",\"status\":\"up\",\"detail\":\"fine\"}]}");
      checks.put("control", () -> Health.degraded("away"));
      HttpResponse<String> degraded = get(server, "/health");
      assertThat(degraded.statusCode()).isEqualTo(200);
      assertThat(degraded.body()).contains("\"status\":\"degraded\",\"checks\"");
      checks.put(
          "disk",
          () -> {
            throw new IllegalStateException("broken check");
          });
      HttpResponse<String> down = get(server, "/health");
      assertThat(down.statusCode()).isEqualTo(503);
      assertThat(down.body()).contains("\"status\":\"down\",\"checks\"").contains("broken check");
    }
  }

  @Test
  void showsMetricsAndInformation() throws Exception {
    try (OperationsServer server = server(ANY_PORT)) {
      metrics.information("virga.transport", "kind", "io_uring");
      assertThat(get(server, "/metrics").body())
          .contains("virga_transport{kind=\"io_uring\",service=\"test\"} 1")
          .contains("jvm_memory_used_bytes")
          .contains("netty_allocator_memory_used");
      assertThat(get(server, "/info").body()).isEqualTo("{\"version\":\"1\"}");
      assertThat(get(server, "/other").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> ask(
      OperationsServer server, String method, String path, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.address().getPort() + path))
              .timeout(Duration.ofSeconds(10))
              .header("Authorization", "Bearer " + token)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void doesTasksOnlyForWhoeverHasTheToken(@TempDir Path home) throws Exception {
    Path file = Files.writeString(home.resolve("token"), "s3cret\n");
    tasks = new OperatorTasks(Optional.of(new SecretFile(file)));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    tasks.register(
        "sweep",
        new OperatorTask() {
          @Override
          public Object status() {
            return Map.of("swept", 3);
          }

          @Override
          public Object run() throws Exception {
            begun.countDown();
            goOn.await();
            throw new IllegalStateException("no broom");
          }
        });
    try (OperationsServer server = server(ANY_PORT)) {
      assertThat(ask(server, "POST", "/tasks/sweep", "wrong").statusCode()).isEqualTo(401);
      assertThat(get(server, "/tasks").statusCode()).isEqualTo(401);
      assertThat(begun.getCount()).isEqualTo(1);
      assertThat(ask(server, "POST", "/tasks/other", "s3cret").statusCode()).isEqualTo(404);
      assertThat(ask(server, "POST", "/tasks/sweep", "s3cret").statusCode()).isEqualTo(202);
      begun.await();
      assertThat(ask(server, "POST", "/tasks/sweep", "s3cret").statusCode()).isEqualTo(409);
      assertThat(ask(server, "GET", "/tasks", "s3cret").body())
          .contains("\"running\":true")
          .contains("\"swept\":3");
      goOn.countDown();
      String report = ask(server, "GET", "/tasks", "s3cret").body();
      while (report.contains("\"running\":true")) {
        report = ask(server, "GET", "/tasks", "s3cret").body();
      }
      assertThat(report).contains("\"runs\":1").contains("no broom");
    }
  }

  @Test
  void answersQuestionsOfWhoeverHasTheToken(@TempDir Path home) throws Exception {
    Path file = Files.writeString(home.resolve("token"), "s3cret\n");
    tasks = new OperatorTasks(Optional.of(new SecretFile(file)));
    tasks.register(
        "sum",
        parameters -> {
          if (!parameters.getOrDefault("a", "").matches("[0-9]")) {
            throw new IllegalArgumentException("a = '%s': expected a digit".formatted(parameters));
          }
          return parameters;
        });
    try (OperationsServer server = server(ANY_PORT)) {
      assertThat(ask(server, "GET", "/questions/sum?a=1", "wrong").statusCode()).isEqualTo(401);
      assertThat(ask(server, "GET", "/questions/sum?a=1", "s3cret").body())
          .isEqualTo("{\"a\":\"1\"}");
      HttpResponse<String> refused = ask(server, "GET", "/questions/sum?a=%20x", "s3cret");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("a = '{a= x}': expected a digit");
      assertThat(ask(server, "GET", "/questions/other", "s3cret").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void letsNobodyInWithoutAToken() throws Exception {
    try (OperationsServer server = server(ANY_PORT)) {
      assertThat(ask(server, "GET", "/tasks", "").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void listensOnLoopbackOnly() {
    assertThatThrownBy(() -> server(new HostPort("0.0.0.0", 0)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("virga.operations.listen = '0.0.0.0:0'")
        .hasMessageContaining("loopback");
  }

  @Test
  void saysWhichAddressIsTaken() {
    try (OperationsServer server = server(ANY_PORT)) {
      int port = server.address().getPort();
      assertThatThrownBy(() -> server(new HostPort("127.0.0.1", port)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }
}
