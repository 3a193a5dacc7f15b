package io.virga.benchmarks.objectsoak;

import io.virga.benchmarks.cloud.Cloud;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The Swift front doors of all nodes of a cloud. Thread-safe. */
public final class ObjectDoors {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  /** Longer than any fault that stops a node without ending it. */
  static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);

  private final Supplier<String> tokens;
  private final List<String> accounts;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private volatile String token;

  /**
   * @param accounts the URL of the account at each node
   * @param tokens gives a new token each time
   */
  ObjectDoors(List<String> accounts, Supplier<String> tokens) {
    this.accounts = List.copyOf(accounts);
    this.tokens = tokens;
    this.token = tokens.get();
  }

  /** The doors of a cloud of so many nodes, for its demo tenant. */
  public static ObjectDoors of(Cloud cloud, int nodes) {
    String first = cloud.objectStoreUrl();
    List<String> accounts =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(node -> first.replace("127.0.0.1", "127.0.0." + node))
            .toList();
    return new ObjectDoors(accounts, cloud::demoToken);
  }

  /** What became of a request. */
  sealed interface Reply {

    /** It was answered. */
    record Answered(int status, byte[] body) implements Reply {}

    /** No node was reached: nothing can have come of it. */
    record NotSent() implements Reply {}

    /** It was sent, and what came of it is not known. */
    record Unanswered(String reason) implements Reply {}
  }

  /** Takes a new token, for loads that outlive one. */
  public void renewToken() {
    token = tokens.get();
  }

  int count() {
    return accounts.size();
  }

  /**
   * Sends a request to a node or, while nothing listens there, to the next.
   *
   * @param node from 0
   * @param path {@code container} or {@code container/object}, not yet encoded
   * @param query empty, or with its question mark
   */
  Reply send(int node, String method, String path, String query, Optional<byte[]> body) {
    for (int i = 0; i < accounts.size(); i++) {
      String account = accounts.get((node + i) % accounts.size());
      try {
        return answered(
            client.send(
                request(account + "/" + encoded(path) + query, method, body),
                HttpResponse.BodyHandlers.ofByteArray()));
      } catch (ConnectException | HttpConnectTimeoutException e) {
        continue;
      } catch (IOException e) {
        return new Reply.Unanswered(e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Reply.Unanswered("interrupted");
      }
    }
    return new Reply.NotSent();
  }

  private HttpRequest request(String url, String method, Optional<byte[]> body) {
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(REQUEST_LIMIT)
        .header("X-Auth-Token", token)
        .method(
            method,
            body.map(HttpRequest.BodyPublishers::ofByteArray)
                .orElseGet(HttpRequest.BodyPublishers::noBody))
        .build();
  }

  /** The server could not: whether it has done a part of it, it does not say. */
  private static Reply answered(HttpResponse<byte[]> response) {
    return response.statusCode() >= 500
        ? new Reply.Unanswered(response.statusCode() + " " + firstLine(response.body()))
        : new Reply.Answered(response.statusCode(), response.body());
  }

  private static String firstLine(byte[] text) {
    return new String(text, StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
