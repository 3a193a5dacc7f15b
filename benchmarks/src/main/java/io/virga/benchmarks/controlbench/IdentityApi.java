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
import java.util.List;
import java.util.Map;

/**
 * Where an identity service is, ours or another, and who logs in there.
 *
 * @param prefix of its paths
 * @param user whose project has the same name
 */
record IdentityApi(InetSocketAddress address, String prefix, String user, String password) {

  private static final String TOKENS = "/v3/auth/tokens";

  String host() {
    return address.getHostString() + ":" + address.getPort();
  }

  private byte[] login() {
    Map<String, Object> domain = Map.of("id", "default");
    Map<String, Object> who = Map.of("name", user, "domain", domain, "password", password);
    return Json.bytes(
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of("methods", List.of("password"), "password", Map.of("user", who)),
                "scope",
                Map.of("project", Map.of("name", user, "domain", domain)))));
  }

  /** Logs in. */
  RequestTemplate issue() {
    return RequestTemplate.of(
        "POST",
        prefix + TOKENS,
        Map.of("Host", host(), "Content-Type", "application/json"),
        Unpooled.wrappedBuffer(login()));
  }

  /** Looks at a token. */
  RequestTemplate lookAt(String token) {
    return RequestTemplate.of(
        "GET",
        prefix + TOKENS,
        Map.of("Host", host(), "X-Auth-Token", token, "X-Subject-Token", token));
  }

  /** A new token. */
  String token() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host() + prefix + TOKENS))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(login()))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(request, HttpResponse.BodyHandlers.ofString())
          .headers()
          .firstValue("X-Subject-Token")
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
