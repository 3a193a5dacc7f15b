package io.virga.control.operator.command;

import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** What the administrator of a running cloud sees, asked for over its public API. Blocks. */
final class RunningCloud implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final Map<String, String> urls;
  private final String token;

  /**
   * Logs in.
   *
   * @param urls of the services, by the names that {@link Endpoints} gives them
   */
  RunningCloud(Map<String, String> urls, String adminPassword)
      throws IOException, InterruptedException {
    this.urls = Map.copyOf(urls);
    Map<String, Object> domain = Map.of("name", "Default");
    Map<String, Object> user = Map.of("name", "admin", "domain", domain, "password", adminPassword);
    Map<String, Object> login =
        Map.of(
            "identity",
            Map.of("methods", List.of("password"), "password", Map.of("user", user)),
            "scope",
            Map.of("project", Map.of("name", "admin", "domain", domain)));
    HttpResponse<byte[]> response =
        send(
            request("identity", "/auth/tokens")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(Map.of("auth", login))))
                .build());
    this.token =
        response
            .headers()
            .firstValue("X-Subject-Token")
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the administrator cannot log in: " + response.statusCode()));
  }

  /** The image to boot from: the active one called {@code guest}, or else the first active one. */
  Optional<String> guestImage() throws IOException, InterruptedException {
    JsonNode images = list("image", "/v2/images?status=active", "images");
    return named(images, "guest").or(() -> first(images, image -> true));
  }

  /** Another active image than this, to rebuild servers of. */
  Optional<String> imageBeside(String id) throws IOException, InterruptedException {
    JsonNode images = list("image", "/v2/images?status=active", "images");
    return first(images, image -> !image.path("id").asString().equals(id));
  }

  Optional<String> flavor(String name) throws IOException, InterruptedException {
    return named(list("compute", "/flavors?is_public=None", "flavors"), name);
  }

  /** The network called {@code public} that leads outside. */
  Optional<String> publicNetwork() throws IOException, InterruptedException {
    return named(
        list("network", "/v2.0/networks?name=public&router:external=true", "networks"), "public");
  }

  @Override
  public void close() {
    client.close();
  }

  private JsonNode list(String service, String path, String name)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        send(request(service, path).header("X-Auth-Token", token).GET().build());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "the cloud answers " + response.statusCode() + " when asked for its " + name);
    }
    return Json.mapper().readTree(response.body()).path(name);
  }

  private static Optional<String> named(JsonNode list, String name) {
    return first(list, one -> one.path("name").asString("").equals(name));
  }

  private static Optional<String> first(JsonNode list, Predicate<JsonNode> wanted) {
    for (JsonNode one : list) {
      if (wanted.test(one)) {
        return Optional.of(one.path("id").asString());
      }
    }
    return Optional.empty();
  }

  private HttpRequest.Builder request(String service, String path) {
    return HttpRequest.newBuilder(URI.create(urls.get(service) + path)).timeout(LIMIT);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IOException(
          "the cloud does not answer at " + request.uri() + ": start it by ./virga up", e);
    }
  }
}
