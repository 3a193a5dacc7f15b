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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command speaks with two nodes, of which each answers as an object store does. */
@Timeout(60)
class ObjectCommandTest {

  private static final String TOKEN = "0123456789abcdef";

  @TempDir Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private volatile String report = "";

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/supervisor.json"), "{}");
    PrivateFiles.write(home.resolve("token"), TOKEN + "\n");
    node("objectstore");
    node("objectstore-2");
  }

  private void node(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/tasks", exchange -> answer(name, exchange));
    server.start();
    servers.add(server);
    Files.writeString(
        home.resolve("config").resolve(name + ".properties"),
        "virga.operations.listen=127.0.0.1:%d%nvirga.operations.token-file=%s%n"
            .formatted(server.getAddress().getPort(), home.resolve("token")));
  }

  private void answer(String name, HttpExchange exchange) throws IOException {
    boolean admitted =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean starts = exchange.getRequestMethod().equals("POST");
    if (starts) {
      asked.add(name + " " + exchange.getRequestURI().getPath());
    }
    byte[] body = (starts ? "{}" : report).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(admitted ? starts ? 202 : 200 : 401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private int run(String command) {
    return VirgaCommand.run(
        new PrintWriter(out), new PrintWriter(err), "object", command, "--home", home.toString());
  }

  private static String report(String task, String result, String failure) {
    return """
        {"%s":{"running":false,"runs":1,"failure":"%s","result":%s,
        "progress":[{"device":"d1","objects":7,"quarantine":[{},{}]}]}}"""
        .formatted(task, failure, result);
  }

  @Test
  void startsAPassOnEveryNode() {
    report = report("audit", "[{\"pass\":3,\"objects\":7,\"damaged\":0}]", "");
    assertThat(run("audit")).isZero();
    assertThat(asked)
        .containsExactlyInAnyOrder("objectstore /tasks/audit", "objectstore-2 /tasks/audit");
    assertThat(out.toString()).contains("objectstore-2  audit", "pass 3, objects 7, damaged 0");
  }

  @Test
  void succeedsOnlyWhenEverythingIsAtEveryReplica() {
    report = report("check", "{\"good\":true,\"devices\":[]}", "");
    assertThat(run("check")).isZero();
    report =
        report(
            "check",
            """
            {"good":false,"devices":[{"device":"d1","partitions":3,"differing":1,
            "differences":["object partition 5 of policy 0 differs at n2"]}]}""",
            "");
    assertThat(run("check")).isEqualTo(1);
    assertThat(out.toString()).contains("object partition 5 of policy 0 differs at n2");
  }

  @Test
  void saysWhyAPassFailed() {
    report = report("replicate", "null", "the disk is gone");
    assertThat(run("replicate")).isEqualTo(1);
    assertThat(err.toString()).contains("objectstore: replicate failed: the disk is gone");
  }

  @Test
  void showsHowFarEachPassIs() {
    report = report("audit", "null", "");
    assertThat(run("status")).isZero();
    assertThat(out.toString()).contains("device d1, objects 7, quarantine 2");
    assertThat(asked).isEmpty();
  }

  @Test
  void needsTheTokenThatTheSettingsName() {
    PrivateFiles.write(home.resolve("token"), "another\n");
    assertThat(run("status")).isEqualTo(1);
    assertThat(err.toString()).contains("objectstore answers 401");
  }

  @Test
  void refusesATokenThatOthersCanRead() throws IOException {
    Files.setPosixFilePermissions(
        home.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("status")).isEqualTo(1);
    assertThat(err.toString()).contains("chmod 600");
  }
}
