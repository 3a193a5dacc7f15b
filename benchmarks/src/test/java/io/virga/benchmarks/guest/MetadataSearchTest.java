package io.virga.benchmarks.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guest's script that asks for metadata, run by its BusyBox against a service on loopback. */
@Tag("e2e")
class MetadataSearchTest {

  private static final Path SCRIPT =
      Path.of(System.getProperty("virga.root"), "benchmarks/guest/root/lib/virga/metadata");

  /** The script with nothing around it that a guest would have, and pauses that take no time. */
  private static final String DRIVER =
      """
      PATH=%1$s
      . %2$s
      sleep() { :; }
      findfs() { return 1; }
      say() { echo "says $*"; }
      read_metadata
      """;

  @TempDir Path directory;

  private HttpServer service;
  private final AtomicInteger asked = new AtomicInteger();

  /** How many requests are answered as if the instance were not known yet. */
  private int unknown;

  /** How many requests for user data are answered with an error. */
  private int refusedUserData;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/", this::answer);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (asked.getAndIncrement() < unknown) {
      send(exchange, 404, "");
    } else if (path.equals("/openstack/latest/meta_data.json")) {
      send(exchange, 200, "{\"uuid\": \"1111\", \"hostname\": \"vm1\"}");
    } else if (path.equals("/openstack/latest/user_data")) {
      send(exchange, refusedUserData-- > 0 ? 503 : 200, "hello");
    } else {
      send(exchange, 404, "");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void asksOnLongAfterAMinute() throws Exception {
    unknown = 150;
    assertThat(search()).isEqualTo("says metadata not yet there: asks on\nopenstack\n");
    assertThat(found("hostname")).isEqualTo("vm1\n");
    assertThat(found("user-data")).isEqualTo("hello");
  }

  @Test
  void asksAgainWhenOnlyTheUserDataIsNotAnswered() throws Exception {
    refusedUserData = 2;
    assertThat(search()).isEqualTo("openstack\n");
    assertThat(found("user-data")).isEqualTo("hello");
  }

  private String found(String name) throws IOException {
    return Files.readString(directory.resolve("run").resolve(name));
  }

  private String search() throws IOException {
    Shell shell = new Shell(Map.of(), directory);
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.createFile(run.resolve("devices-found"));
    Path programs = Files.createDirectory(directory.resolve("bin"));
    shell.run("busybox", "--install", "-s", programs.toString());
    String address = "http://127.0.0.1:" + service.getAddress().getPort();
    Path script =
        Files.writeString(
            directory.resolve("metadata"),
            Files.readString(SCRIPT)
                .replace("http://169.254.169.254", address)
                .replace("/run/virga", run.toString()));
    return shell.run("busybox", "sh", "-c", DRIVER.formatted(programs, script));
  }
}
