package io.virga.benchmarks.controlbench;

import io.netty.buffer.Unpooled;
import io.virga.benchmarks.load.RequestTemplate;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A user of the cloud's API, by a token of one project. Calls block. */
final class Tenant implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JSON = "application/json";

  private final IdentityApi identity;
  private final String token;
  private final String project;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Logs in. */
  Tenant(IdentityApi identity) {
    this.identity = identity;
    this.token = identity.token();
    JsonNode self =
        answer(request("/identity/v3/auth/tokens").header("X-Subject-Token", token).GET().build());
    this.project = self.at("/token/project/id").asString();
  }

  InetSocketAddress address() {
    return identity.address();
  }

  IdentityApi identity() {
    return identity;
  }

  String token() {
    return token;
  }

  /** The id of its project. */
  String project() {
    return project;
  }

  JsonNode get(String path) {
    return answer(request(path).GET().build());
  }

  JsonNode post(String path, Object body) {
    return answer(with("POST", path, JSON, Json.bytes(body)));
  }

  JsonNode put(String path, Object body) {
    return answer(with("PUT", path, JSON, Json.bytes(body)));
  }

  /** Sends bytes that are no JSON. */
  void putBytes(String path, byte[] bytes) {
    answer(with("PUT", path, "application/octet-stream", bytes));
  }

  /** The same request over and over. */
  RequestTemplate getting(String path) {
    return RequestTemplate.of("GET", path, headers());
  }

  /** The same request over and over, with the body. */
  RequestTemplate posting(String path, Object body) {
    return RequestTemplate.of("POST", path, headers(), Unpooled.wrappedBuffer(Json.bytes(body)));
  }

  private Map<String, String> headers() {
    return Map.of(
        "Host",
        identity.host(),
        "X-Auth-Token",
        token,
        "Content-Type",
        JSON,
        "OpenStack-API-Version",
        "compute 2.73");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + identity.host() + path))
        .timeout(PATIENCE)
        .header("X-Auth-Token", token)
        .header("OpenStack-API-Version", "compute 2.73");
  }

  private HttpRequest with(String method, String path, String type, byte[] body) {
    return request(path)
        .header("Content-Type", type)
        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private JsonNode answer(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s %s: %d %s"
                .formatted(
                    request.method(),
                    request.uri().getPath(),
                    answer.statusCode(),
                    new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)));
      }
      return answer.body().length == 0
          ? Json.mapper().createObjectNode()
          : Json.mapper().readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
