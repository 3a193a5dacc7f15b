package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningCloudTest {

  private static final String IMAGES =
      "{'images':[{'id':'i1','name':'a'},{'id':'i2','name':'%s'}]}";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    answers.put("/identity/auth/tokens", "{}");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void prefersTheImageThatIsCalledGuest() throws Exception {
    answers.put("/image/v2/images", IMAGES.formatted("guest"));
    try (RunningCloud cloud = cloud("right")) {
      assertThat(cloud.guestImage()).hasValue("i2");
    }
  }

  @Test
  void takesTheFirstImageIfNoneIsCalledGuest() throws Exception {
    answers.put("/image/v2/images", IMAGES.formatted("b"));
    try (RunningCloud cloud = cloud("right")) {
      assertThat(cloud.guestImage()).hasValue("i1");
    }
  }

  @Test
  void findsFlavorsAndTheNetworkByTheirNames() throws Exception {
    answers.put("/compute/flavors", "{'flavors':[{'id':'1','name':'m1.tiny'}]}");
    answers.put("/network/v2.0/networks", "{'networks':[]}");
    try (RunningCloud cloud = cloud("right")) {
      assertThat(cloud.flavor("m1.tiny")).hasValue("1");
      assertThat(cloud.flavor("m1.small")).isEmpty();
      assertThat(cloud.publicNetwork()).isEmpty();
    }
  }

  @Test
  void saysThatTheAdministratorCannotLogIn() {
    assertThatThrownBy(() -> cloud("wrong").close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot log in: 401");
  }

  @Test
  void saysWhatTheCloudCannotList() throws Exception {
    try (RunningCloud cloud = cloud("right")) {
      assertThatThrownBy(cloud::guestImage).hasMessageContaining("404 when asked for its images");
    }
  }

  private RunningCloud cloud(String password) throws IOException, InterruptedException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    return new RunningCloud(
        List.of("identity", "image", "compute", "network").stream()
            .collect(Collectors.toMap(name -> name, name -> url + name)),
        password);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String answer = answers.get(path);
      boolean login = path.endsWith("/auth/tokens");
      boolean known =
          login
              ? body.contains("\"password\":\"right\"")
              : "t".equals(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
      if (answer == null || !known) {
        exchange.sendResponseHeaders(known ? 404 : 401, -1);
        return;
      }
      if (login) {
        exchange.getResponseHeaders().add("X-Subject-Token", "t");
      }
      byte[] bytes = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(login ? 201 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
