package io.virga.dataplane.operations;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.json.Json;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * {@code GET /health}, {@code GET /metrics} and {@code GET /info} over HTTP, on loopback only since
 * it asks nobody who they are; and tasks and questions, for whoever has the operators' token.
 */
public final class OperationsServer implements AutoCloseable {

  private static final String TASKS = "tasks/";
  private static final String QUESTIONS = "questions/";
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final DisposableServer server;

  private OperationsServer(DisposableServer server) {
    this.server = server;
  }

  /**
   * What is shown.
   *
   * @param checks by name; may grow while the server runs if the map is a concurrent one
   * @param information the body of {@code GET /info}
   * @param tasks shown at {@code GET /tasks}, started by {@code POST /tasks/<name>}; questions are
   *     answered at {@code GET /questions/<name>}
   */
  public record Content(
      String service,
      Map<String, HealthCheck> checks,
      Metrics metrics,
      Supplier<? extends Map<String, ?>> information,
      OperatorTasks tasks) {}

  /**
   * Binds; blocks until it listens.
   *
   * @throws ConfigurationException if the address is not a loopback address or cannot be bound
   */
  public static OperationsServer start(HostPort listen, LoopResources loops, Content content) {
    InetSocketAddress address = listen.resolve();
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new ConfigurationException(
          "virga.operations.listen = '%s': expected a loopback address, such as 127.0.0.1:%d"
              .formatted(listen, listen.port()));
    }
    try {
      return new OperationsServer(
          HttpServer.create()
              .runOn(loops)
              .bindAddress(() -> address)
              .idleTimeout(Duration.ofSeconds(60))
              .handle((request, response) -> handle(request, response, content))
              .bindNow());
    } catch (RuntimeException e) {
      throw new ConfigurationException("cannot listen on " + listen + ": " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  private static Publisher<Void> handle(
      HttpServerRequest request, HttpServerResponse response, Content content) {
    return switch (request.method() + " /" + request.path()) {
      case "GET /health" -> {
        HealthReport report = HealthReport.of(content.service(), content.checks());
        response.status(
            report.serves() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE);
        yield send(response, "application/json", Mono.just(Json.text(report)));
      }
      case "GET /metrics" ->
          send(
              response,
              "text/plain; version=0.0.4; charset=utf-8",
              // Some of the JVM's gauges read files: not on a loop.
              Mono.fromCallable(content.metrics()::scrape)
                  .subscribeOn(Schedulers.boundedElastic()));
      case "GET /info" ->
          send(response, "application/json", Mono.just(Json.text(content.information().get())));
      case "GET /tasks" -> admitted(request, response, content, () -> reports(content));
      default -> {
        if (request.method().equals(HttpMethod.POST) && request.path().startsWith(TASKS)) {
          yield admitted(request, response, content, () -> start(request.path(), content));
        }
        if (request.method().equals(HttpMethod.GET) && request.path().startsWith(QUESTIONS)) {
          yield admitted(request, response, content, () -> ask(request.uri(), content));
        }
        yield response.sendNotFound();
      }
    };
  }

  private record Answer(HttpResponseStatus status, String body) {}

  /** What only operators may see or do; reading the token, and the tasks, may block. */
  private static Publisher<Void> admitted(
      HttpServerRequest request,
      HttpServerResponse response,
      Content content,
      Supplier<Answer> action) {
    String authorization = request.requestHeaders().get(HttpHeaderNames.AUTHORIZATION, "");
    return Mono.fromCallable(
            () -> content.tasks().admits(authorization) ? action.get() : unauthorized())
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(
            answer ->
                Mono.from(
                    send(
                        response.status(answer.status()),
                        "application/json",
                        Mono.just(answer.body()))));
  }

  private static Answer unauthorized() {
    return answer(
        HttpResponseStatus.UNAUTHORIZED,
        "expected the token of virga.operations.token-file as Authorization: Bearer");
  }

  private static Answer reports(Content content) {
    return new Answer(HttpResponseStatus.OK, Json.text(content.tasks().reports()));
  }

  private static Answer start(String path, Content content) {
    String name = path.substring(TASKS.length());
    return switch (content.tasks().start(name)) {
      case STARTED -> answer(HttpResponseStatus.ACCEPTED, "started");
      case RUNS_ALREADY -> answer(HttpResponseStatus.CONFLICT, name + " runs already");
      case UNKNOWN -> answer(HttpResponseStatus.NOT_FOUND, "there is no task of that name");
    };
  }

  private static Answer ask(String uri, Content content) {
    QueryStringDecoder query = new QueryStringDecoder(uri);
    Map<String, String> parameters = new HashMap<>();
    query.parameters().forEach((name, values) -> parameters.put(name, values.getLast()));
    Optional<OperatorQuestion> question =
        content.tasks().question(query.path().substring(QUESTIONS.length() + 1));
    if (question.isEmpty()) {
      return answer(HttpResponseStatus.NOT_FOUND, "there is no question of that name");
    }
    try {
      return new Answer(
          HttpResponseStatus.OK, Json.text(question.get().answer(Map.copyOf(parameters))));
    } catch (IllegalArgumentException refused) {
      return answer(HttpResponseStatus.BAD_REQUEST, String.valueOf(refused.getMessage()));
    }
  }

  private static Answer answer(HttpResponseStatus status, String message) {
    return new Answer(status, Json.text(Map.of("message", message)));
  }

  private static Publisher<Void> send(HttpServerResponse response, String type, Mono<String> body) {
    return response.header(HttpHeaderNames.CONTENT_TYPE, type).sendString(body);
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
  }
}
