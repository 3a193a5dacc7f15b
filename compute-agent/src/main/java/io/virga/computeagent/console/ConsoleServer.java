package io.virga.computeagent.console;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.virga.computeagent.domain.InstanceNames;
import io.virga.computeagent.domain.LiveDomain;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.door.ControlDoor;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * What control finds below {@code /v1/instances/<id>}: {@code GET console?tail-bytes=N} is the end
 * of the log; {@code serial} and {@code vnc} are WebSockets whose binary frames are the bytes of
 * the first serial line and of the screen's VNC connection.
 */
public final class ConsoleServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConsoleServer.class);
  private static final int DEFAULT_TAIL_BYTES = 64 << 10;
  private static final Pattern PATH =
      Pattern.compile("/v1/instances/([^/]{1,64})/(console|serial|vnc)");
  private static final String NONE = "the instance has no such console here, or does not run";

  private final Places places;
  private final Scheduler files;
  private final SerialSessions serials = new SerialSessions();
  private final VncSessions screens;
  private final AtomicReference<@Nullable ControlDoor> door = new AtomicReference<>();

  private ConsoleServer(Places places, Transport transport, Scheduler files) {
    this.places = places;
    this.files = files;
    this.screens = new VncSessions(transport);
  }

  /**
   * Where consoles are.
   *
   * @param log an instance's log
   * @param consoles those of a running instance; blocks
   */
  public record Places(
      Function<String, Path> log, Function<String, LiveDomain.Consoles> consoles) {}

  /**
   * Starts to listen.
   *
   * @param files finds the places and reads logs; bounded; its owner ends it
   */
  public static ConsoleServer start(
      HostPort listen,
      ProcessIdentity identity,
      Transport transport,
      Places places,
      Scheduler files) {
    ConsoleServer server = new ConsoleServer(places, transport, files);
    server.door.set(ControlDoor.open(listen, identity, transport, server::handle));
    return server;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return Objects.requireNonNull(door.get()).address();
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Matcher path = PATH.matcher(uri.path());
    if (!path.matches() || !InstanceNames.isCanonical(path.group(1))) {
      return ControlDoor.refuse(response, HttpResponseStatus.NOT_FOUND, "no such path");
    }
    String instanceId = path.group(1);
    return switch (path.group(2)) {
      case "serial" ->
          open(instanceId, LiveDomain.Consoles::terminal)
              .flatMap(terminal -> serials.join(instanceId, terminal, response))
              .onErrorResume(e -> refuse(response, e));
      case "vnc" ->
          open(instanceId, LiveDomain.Consoles::vncSocket)
              .flatMap(socket -> screens.join(socket, response))
              .onErrorResume(e -> refuse(response, e));
      default -> log(uri, instanceId, response);
    };
  }

  private Mono<Path> open(
      String instanceId, Function<LiveDomain.Consoles, Optional<Path>> console) {
    return Mono.fromCallable(() -> console.apply(places.consoles().apply(instanceId)))
        .subscribeOn(files)
        .flatMap(Mono::justOrEmpty)
        .switchIfEmpty(Mono.error(() -> new NoSuchFileException(NONE)));
  }

  private static Mono<Void> refuse(HttpServerResponse response, Throwable error) {
    if (response.hasSentHeaders()) {
      return Mono.error(error);
    }
    log.warn("no console: {}", error.toString());
    HttpResponseStatus status =
        error instanceof NoSuchFileException
            ? HttpResponseStatus.NOT_FOUND
            : HttpResponseStatus.SERVICE_UNAVAILABLE;
    return Mono.from(ControlDoor.refuse(response, status, String.valueOf(error.getMessage())));
  }

  private Publisher<Void> log(
      QueryStringDecoder uri, String instanceId, HttpServerResponse response) {
    Optional<Integer> tailBytes = tailBytes(uri);
    if (tailBytes.isEmpty()) {
      return ControlDoor.refuse(
          response,
          HttpResponseStatus.BAD_REQUEST,
          "tail-bytes: expected a whole number from 0 to " + ConsoleLog.MAX_TAIL_BYTES);
    }
    return Mono.fromCallable(() -> ConsoleLog.tail(places.log().apply(instanceId), tailBytes.get()))
        .subscribeOn(files)
        .flatMap(tail -> Mono.from(answer(response, tail)));
  }

  private static Publisher<Void> answer(HttpServerResponse response, Optional<byte[]> tail) {
    return tail.isEmpty()
        ? ControlDoor.refuse(
            response, HttpResponseStatus.NOT_FOUND, "the instance has no console log here")
        : response
            .header(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
            .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(tail.get().length))
            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(tail.get())))
            .then();
  }

  private static Optional<Integer> tailBytes(QueryStringDecoder uri) {
    List<String> values = uri.parameters().getOrDefault("tail-bytes", List.of());
    if (values.isEmpty()) {
      return Optional.of(DEFAULT_TAIL_BYTES);
    }
    return Optional.of(values.getFirst())
        .filter(text -> text.matches("[0-9]{1,7}"))
        .map(Integer::parseInt)
        .filter(number -> number <= ConsoleLog.MAX_TAIL_BYTES);
  }

  /** Ends the sessions too. */
  @Override
  public void close() {
    ControlDoor open = door.getAndSet(null);
    if (open != null) {
      open.close();
    }
    serials.close();
  }
}
