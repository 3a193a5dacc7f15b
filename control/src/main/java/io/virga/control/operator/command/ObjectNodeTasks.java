package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What one of the object store's processes of this host does for operators, asked for at its
 * operations listener with the token that its settings name. Blocks.
 */
final class ObjectNodeTasks {

  private static final Pattern SETTINGS = Pattern.compile("objectstore(-[0-9]+)?\\.properties");
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;

  private final OperationsListener listener;

  private ObjectNodeTasks(OperationsListener listener) {
    this.listener = listener;
  }

  /** All of a home, by their settings files. */
  static List<ObjectNodeTasks> of(Home home, HttpClient client) {
    try (Stream<Path> files = Files.list(home.config())) {
      return files
          .filter(file -> SETTINGS.matcher(String.valueOf(file.getFileName())).matches())
          .map(file -> new ObjectNodeTasks(OperationsListener.of(file, client)))
          .sorted(
              Comparator.<ObjectNodeTasks>comparingInt(node -> node.name().length())
                  .thenComparing(ObjectNodeTasks::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the settings in " + home.config(), e);
    }
  }

  String name() {
    return listener.name();
  }

  /** All its tasks, by their names. */
  JsonNode reports() throws IOException, InterruptedException {
    HttpResponse<String> response = listener.get("/tasks");
    if (response.statusCode() != 200) {
      throw listener.refused(response);
    }
    return Json.mapper().readTree(response.body());
  }

  /** Starts a task, unless it runs already. */
  void start(String task) throws IOException, InterruptedException {
    HttpResponse<String> response = listener.post("/tasks/" + task);
    if (response.statusCode() != ACCEPTED && response.statusCode() != CONFLICT) {
      throw listener.refused(response);
    }
  }
}
