package io.virga.computeagent.console;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.virga.computeagent.domain.InstanceNames;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.door.ControlDoor;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * {@code GET /v1/instances/<id>/console?tail-bytes=N}. The interactive line and VNC will be further
 * paths beside it.
 */
public final class ConsoleServer {

  private static final int DEFAULT_TAIL_BYTES = 64 << 10;
  private static final String PREFIX = "/v1/instances/";
  private static final String SUFFIX = "/console";

  private final Function<String, Path> logOf;
  private final Scheduler files;

  private ConsoleServer(Function<String, Path> logOf, Scheduler files) {
    this.logOf = logOf;
    this.files = files;
  }

  /**
   * Starts to listen.
   *
   * @param logOf where an instance's log is
   * @param files reads it; bounded; its owner ends it
   */
  public static ControlDoor start(
      HostPort listen,
      ProcessIdentity identity,
      Transport transport,
      Function<String, Path> logOf,
      Scheduler files) {
    return ControlDoor.open(listen, identity, transport, new ConsoleServer(logOf, files)::handle);
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Optional<String> instanceId = instanceId(uri.path());
    if (instanceId.isEmpty()) {
      return ControlDoor.refuse(response, HttpResponseStatus.NOT_FOUND, "no such path");
    }
    Optional<Integer> tailBytes = tailBytes(uri);
    if (tailBytes.isEmpty()) {
      return ControlDoor.refuse(
          response,
          HttpResponseStatus.BAD_REQUEST,
          "tail-bytes: expected a whole number from 0 to " + ConsoleLog.MAX_TAIL_BYTES);
    }
    return Mono.fromCallable(() -> ConsoleLog.tail(logOf.apply(instanceId.get()), tailBytes.get()))
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

  private static Optional<String> instanceId(String path) {
    if (!path.startsWith(PREFIX) || !path.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    int end = path.length() - SUFFIX.length();
    return end < PREFIX.length()
        ? Optional.empty()
        : Optional.of(path.substring(PREFIX.length(), end)).filter(InstanceNames::isCanonical);
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
}
