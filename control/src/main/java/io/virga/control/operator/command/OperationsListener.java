package io.virga.control.operator.command;

import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The operations listener of a process of this host, asked with the token that the process'
 * settings name. Blocks.
 *
 * @param name the process'
 */
record OperationsListener(String name, String url, String token, HttpClient client) {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Of the process whose settings file it is. */
  static OperationsListener of(Path file, HttpClient client) {
    String fileName = String.valueOf(file.getFileName());
    String name = fileName.substring(0, fileName.lastIndexOf('.'));
    Settings settings = Settings.load(file, Map.of());
    try {
      String token = settings.secretFile("virga.operations.token-file").read();
      return new OperationsListener(
          name, "http://" + settings.hostPort("virga.operations.listen"), token, client);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the token of " + name, e);
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** What is thrown at an answer that is none. */
  IllegalStateException refused(HttpResponse<String> response) {
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

  /** Without the token. */
  @Override
  public String toString() {
    return name + " at " + url;
  }
}
