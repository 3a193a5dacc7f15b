package io.virga.dataplane.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsServerTest {

  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

  private final Map<String, HealthCheck> checks = new ConcurrentSkipListMap<>();
  private final Metrics metrics = Metrics.of("test");
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
        new OperationsServer.Content("test", checks, metrics, () -> Map.of("version", "1")));
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
