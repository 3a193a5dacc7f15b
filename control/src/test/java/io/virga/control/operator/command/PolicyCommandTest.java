package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virga.control.operator.VirgaCommand;
import io.virga.control.operator.home.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {

  private static final String LINES =
      """
      [{"service":"identity","method":"GET","path":"/identity/v3/users","rule":"DOMAIN_READER",
        "needs":"the role reader on the domain"},
       {"service":"identity","method":"DELETE","path":"/identity/v3/users/{id}",
        "rule":"DOMAIN_ADMIN","needs":"the role admin"}]\
      """;

  @TempDir Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer control;
  private int status = 200;
  private String answer = LINES;

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/supervisor.json"), "{}");
    PrivateFiles.write(home.resolve("token"), "operators\n");
    control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.createContext("/questions/policy", this::answer);
    control.start();
    Files.writeString(
        home.resolve("config/control.properties"),
        "virga.operations.listen=127.0.0.1:%d%nvirga.operations.token-file=%s%n"
            .formatted(control.getAddress().getPort(), home.resolve("token")));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(String.valueOf(exchange.getRequestURI()));
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    control.stop(0);
  }

  private int show(String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "policy";
    all[1] = "show";
    all[2] = "--home";
    all[3] = home.toString();
    System.arraycopy(more, 0, all, 4, more.length);
    return VirgaCommand.run(new PrintWriter(out), new PrintWriter(err, true), all);
  }

  @Test
  void printsEachRequestAndWhatItNeeds() {
    assertThat(show("--service", "identity")).isZero();
    assertThat(asked).containsExactly("/questions/policy?service=identity");
    assertThat(out.toString().lines())
        .containsExactly(
            "GET    /identity/v3/users: the role reader on the domain",
            "DELETE /identity/v3/users/{id}: the role admin");
  }

  @Test
  void asksForAllServicesUnlessOneIsNamed() {
    assertThat(show()).isZero();
    assertThat(asked).containsExactly("/questions/policy");
  }

  @Test
  void saysWhichServicesThereAre() {
    status = 400;
    answer = "{\"message\":\"service = 'x': expected one of identity\"}";
    assertThat(show("--service", "x")).isEqualTo(1);
    assertThat(err.toString()).contains("service = 'x': expected one of identity");
  }
}
