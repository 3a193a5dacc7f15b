package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.device.DeviceOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A node for the tests of one class, with a client of its owner, of another, and of nobody. */
abstract class S3Fixture {

  static final byte[] NOTHING = new byte[0];

  @TempDir static Path home;

  static TestNode node;
  static S3Client client;
  static S3Client other;

  @BeforeAll
  static void start() throws IOException {
    node =
        TestNode.start(
            home, 0, DeviceOptions.defaults().withSegments(16 << 20, 1 << 20).withMinimumFree(0));
    client = new S3Client(node.port(), TestNode.ACCESS_KEY, TestNode.SECRET_KEY);
    other = new S3Client(node.port(), TestNode.OTHER_ACCESS_KEY, TestNode.OTHER_SECRET_KEY);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  static HttpResponse<byte[]> send(
      String method, String path, String query, byte[] body, String... headers) {
    try {
      return client.send(method, path, query, body, headers);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void assertError(HttpResponse<byte[]> response, int status, String code) {
    assertThat(text(response)).contains("<Code>" + code + "</Code>");
    assertThat(response.statusCode()).isEqualTo(status);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  /** Of nobody: without a signature. */
  static HttpResponse<byte[]> anonymous(
      String method, String pathAndQuery, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + pathAndQuery))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + pathAndQuery, e);
    }
  }

  static HttpResponse<byte[]> ofOther(
      String method, String path, String query, byte[] body, String... headers) {
    try {
      return other.send(method, path, query, body, headers);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
