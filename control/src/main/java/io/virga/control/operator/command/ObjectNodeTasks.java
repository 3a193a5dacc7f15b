package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What one of the object store's processes of this host does for operators, asked for at its
 * operations listener with the token that its settings name. Blocks.
 */
final class ObjectNodeTasks {

  private static final Pattern SETTINGS = Pattern.compile("objectstore(-[0-9]+)?\\.properties");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;

  private final String name;
  private final String url;
  private final String token;
  private final HttpClient client;

  private ObjectNodeTasks(String name, HostPort listen, String token, HttpClient client) {
    this.name = name;
    this.url = "http://" + listen + "/tasks";
    this.token = token;
    this.client = client;
  }

  /** All of a home, by their settings files. */
  static List<ObjectNodeTasks> of(Home home, HttpClient client) {
    try (Stream<Path> files = Files.list(home.config())) {
      return files
          .filter(file -> SETTINGS.matcher(String.valueOf(file.getFileName())).matches())
          .map(file -> read(file, client))
          .sorted(
              Comparator.<ObjectNodeTasks>comparingInt(node -> node.name.length())
                  .thenComparing(ObjectNodeTasks::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the settings in " + home.config(), e);
    }
  }

  private static ObjectNodeTasks read(Path file, HttpClient client) {
    String fileName = String.valueOf(file.getFileName());
    String name = fileName.substring(0, fileName.lastIndexOf('.'));
    Settings settings = Settings.load(file, Map.of());
    try {
      String token = settings.secretFile("virga.operations.token-file").read();
      return new ObjectNodeTasks(name, settings.hostPort("virga.operations.listen"), token, client);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the token of " + name, e);
    }
  }

  String name() {
    return name;
  }

  /** All its tasks, by their names. */
  JsonNode reports() throws IOException, InterruptedException {
    HttpResponse<String> response = send(request("").GET());
    if (response.statusCode() != 200) {
      throw refused(response);
    }
    return Json.mapper().readTree(response.body());
  }

  /** Starts a task, unless it runs already. */
  void start(String task) throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(request("/" + task).POST(HttpRequest.BodyPublishers.noBody()));
    if (response.statusCode() != ACCEPTED && response.statusCode() != CONFLICT) {
      throw refused(response);
    }
  }

  private IllegalStateException refused(HttpResponse<String> response) {
    return new IllegalStateException(
        name + " answers " + response.statusCode() + ": " + response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(LIMIT)
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException(name + " does not answer at " + url + ": see ./virga status", e);
    }
  }
}
