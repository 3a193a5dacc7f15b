package io.virga.objectstore;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sends requests to the account {@code AUTH_p1}, as a member of its project unless told else. */
final class SwiftClient {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final String token;

  SwiftClient(int port) {
    this(port, "member:p1");
  }

  private SwiftClient(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** The same as somebody else; an empty token for nobody. */
  SwiftClient as(String other) {
    return new SwiftClient(port, other);
  }

  /** What came back. */
  record Answer(int status, byte[] bytes, HttpResponse<byte[]> response) {

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Answer send(String method, String path, byte[] body, String... headers) {
    String full =
        path.startsWith("/v1/") || path.startsWith("/auth/") ? path : "/v1/AUTH_p1" + path;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + full))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    List<String> all = new ArrayList<>(List.of(headers));
    if (!token.isEmpty()) {
      all.add("X-Auth-Token");
      all.add(token);
    }
    if (!all.isEmpty()) {
      request.headers(all.toArray(String[]::new));
    }
    try {
      HttpResponse<byte[]> response =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  Answer send(String method, String path, String body, String... headers) {
    return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  Answer head(String path, String... headers) {
    return send("HEAD", path, "", headers);
  }

  Answer put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  Answer post(String path, String... headers) {
    return send("POST", path, "", headers);
  }

  Answer delete(String path) {
    return send("DELETE", path, "");
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
