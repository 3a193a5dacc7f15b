package io.virga.benchmarks.store;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.load.LoadGenerator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store of one or more processes. The one that listens is the last. */
record RunningServer(
    InetSocketAddress address, Dialect dialect, List<ServerProcess> parts, Containers containers)
    implements StoreServer {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  RunningServer {
    parts = List.copyOf(parts);
  }

  @Override
  public List<ProcessHandle> processes() {
    return parts.stream().flatMap(ServerProcess::processes).toList();
  }

  @Override
  public void makeContainer(LoadGenerator load, String container) {
    containers.make(this, load, container);
  }

  @Override
  public void fill(LoadGenerator load, String container, long count) {
    containers.fill(this, load, container, count);
  }

  @Override
  public void kill() {
    parts.forEach(ServerProcess::kill);
  }

  @Override
  public void close() {
    parts.reversed().forEach(ServerProcess::close);
  }

  /** The first answer of a server that is starting; throws if it ends instead. */
  static HttpResponse<String> firstAnswer(
      ServerProcess process, URI address, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(START_LIMIT);
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return Patience.await(
          address + " to answer",
          START_LIMIT,
          LOOK_INTERVAL,
          () -> {
            process.checkAlive();
            return answer(client, request.build());
          });
    }
  }

  private static Optional<HttpResponse<String>> answer(HttpClient client, HttpRequest request) {
    try {
      return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      // Nobody listens yet: the caller asks again until its patience is at an end.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
