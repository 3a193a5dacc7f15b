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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command speaks with something that answers as a network agent does. */
@Timeout(60)
class NetCommandTest {

  private static final String TOKEN = "0123456789abcdef";
  private static final String EXPLANATION =
      """
      {"packet":"TCP from port p1 to 10.0.0.5:80",
       "steps":[{"table":0,"purpose":"where it comes from","flow":"priority 100, in_port 1",
                 "effects":["sets network 4711"]},
                {"table":10,"purpose":"anti-spoofing","flow":"","effects":["dropped: not its own"]}],
       "outcome":["dropped in table 10, anti-spoofing: not its own"]}""";

  @TempDir Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer agent;
  private int status = 200;
  private String answer = EXPLANATION;

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/supervisor.json"), "{}");
    PrivateFiles.write(home.resolve("token"), TOKEN + "\n");
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext("/questions/trace", this::answer);
    agent.start();
    Files.writeString(
        home.resolve("config/netagent.properties"),
        "virga.operations.listen=127.0.0.1:%d%nvirga.operations.token-file=%s%n"
            .formatted(agent.getAddress().getPort(), home.resolve("token")));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + exchange.getRequestURI().getRawQuery());
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    agent.stop(0);
  }

  private int trace(String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "net";
    all[1] = "trace";
    all[2] = "--home";
    all[3] = home.toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return VirgaCommand.run(new PrintWriter(out), new PrintWriter(err, true), all);
  }

  @Test
  void printsTableByTableWhatBecomesOfThePacket() {
    assertThat(trace("--port", "p1", "tcp", "10.0.0.5:80")).isZero();
    assertThat(asked).containsExactly("Bearer " + TOKEN + " port=p1&protocol=tcp&to=10.0.0.5%3A80");
    assertThat(out.toString().lines())
        .containsExactly(
            "TCP from port p1 to 10.0.0.5:80",
            "  0  where it comes from",
            "       priority 100, in_port 1",
            "       - sets network 4711",
            " 10  anti-spoofing",
            "       no flow matches",
            "       - dropped: not its own",
            "=> dropped in table 10, anti-spoofing: not its own");
  }

  @Test
  void saysWhatTheAgentDoesNotAccept() {
    status = 400;
    answer = "{\"message\":\"protocol = 'gre': expected tcp, udp or icmp\"}";
    assertThat(trace("--port", "p1", "gre", "10.0.0.5")).isEqualTo(1);
    assertThat(err.toString()).contains("virga: protocol = 'gre': expected tcp, udp or icmp");
  }
}
