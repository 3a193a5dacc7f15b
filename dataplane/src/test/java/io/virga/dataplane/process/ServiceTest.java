package io.virga.dataplane.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.watch.Eventually;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real process, from its start to SIGTERM. */
class ServiceTest {

  @TempDir Path directory;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Path settings(int port, Map<String, String> more) throws IOException {
    Map<String, String> all = new HashMap<>(new TestAuthority(directory).settings("sample", "h1"));
    all.put("virga.host", "h1");
    all.put("virga.operations.listen", "127.0.0.1:" + port);
    all.put("virga.log.directory", directory.resolve("log").toString());
    all.put("virga.state.directory", directory.resolve("state").toString());
    all.putAll(more);
    StringBuilder text = new StringBuilder();
    all.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return Files.writeString(directory.resolve("sample.properties"), text);
  }

  private Process start(Path settings, String... jvmArguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of(jvmArguments));
    command.addAll(List.of("-cp", jarClassPath()));
    command.addAll(List.of(SampleService.class.getName(), settings.toString()));
    return new ProcessBuilder(command)
        .redirectError(directory.resolve("stderr").toFile())
        .redirectOutput(directory.resolve("stdout").toFile())
        .start();
  }

  /** The class path with its folders as jars: an AOT cache takes nothing else. */
  private String jarClassPath() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      jars.add(Files.isDirectory(path) ? jarOf(path, jars.size()).toString() : entry);
    }
    return String.join(File.pathSeparator, jars);
  }

  private Path jarOf(Path folder, int number) throws IOException {
    Path jar = directory.resolve(number + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private static boolean answers(int port) {
    try {
      return get(port, "/health").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static HttpResponse<String> get(int port, String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private String standardError() throws IOException {
    return Files.readString(directory.resolve("stderr"));
  }

  private List<String> logged() throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("log/sample.log"))) {
      messages.add(Json.read(line, JsonNode.class).get("formattedMessage").asString());
    }
    return messages;
  }

  @Test
  void logsUnderTheNameThatIsSet() throws Exception {
    Map<String, String> named = Map.of("virga.log.name", "sample-2", "virga.unheard-of", "1");
    assertThat(start(settings(freePort(), named)).waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(directory.resolve("log/sample-2.log")).content().contains("virga.unheard-of");
    assertThat(directory.resolve("log/sample.log")).doesNotExist();
  }

  @Test
  void startsShowsItselfAndStopsInReverse() throws Exception {
    int port = freePort();
    Process process = start(settings(port, Map.of("virga.sample.greeting", "good day")));
    try {
      Eventually.isTrue("healthy", () -> answers(port));
      assertThat(get(port, "/health").body()).contains("good day").contains("\"sample\"");
      JsonNode information = Json.read(get(port, "/info").body(), JsonNode.class);
      assertThat(information.get("startUpMillis").asLong()).isPositive();
      assertThat(information.get("transport").asString()).isEqualTo("io_uring");
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
      assertThat(logged())
          .containsSubsequence(
              "first has started", "second has started", "second is stopped", "first is stopped");
      assertThat(standardError()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void endsWithOneLineWhenASettingIsUnknown() throws Exception {
    Process process = start(settings(freePort(), Map.of("virga.sample.greting", "x")));
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(standardError())
        .startsWith("virga sample: unknown setting virga.sample.greting")
        .contains("virga.sample.greeting")
        .containsOnlyOnce("\n");
  }

  @Test
  void endsWithOneLineWhenAPartFailsAndStopsTheOthers() throws Exception {
    Process process = start(settings(freePort(), Map.of("virga.sample.fails", "true")));
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(standardError()).isEqualTo("virga sample: this sample fails as it was told\n");
    assertThat(logged()).contains("sample cannot start", "first is stopped");
  }

  @Test
  void writesItsAheadOfTimeCacheWhenItIsToldToStop() throws Exception {
    int port = freePort();
    Path cache = directory.resolve("sample.aotconf");
    Process process =
        start(settings(port, Map.of()), "-XX:AOTMode=record", "-XX:AOTConfiguration=" + cache);
    try {
      Eventually.isTrue("healthy", () -> answers(port));
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(cache).isNotEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void saysWhichSettingsFileItCannotRead() throws Exception {
    Process process = start(Path.of(""));
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(standardError().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    assertThat(standardError()).contains("cannot read the settings file").containsOnlyOnce("\n");
  }
}
