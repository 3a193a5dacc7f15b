package io.virga.control.image;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** As much of Swift as images need, in memory. Fails every request while it is told to. */
final class SmallObjectStore implements AutoCloseable {

  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Set<String> containers = ConcurrentHashMap.newKeySet();
  private final DisposableServer server;
  private volatile boolean failing;
  private volatile String refused = "";

  SmallObjectStore(LoopResources loops) {
    server = HttpServer.create().runOn(loops).port(0).handle(this::handle).bindNow();
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  void fail(boolean fail) {
    failing = fail;
  }

  /** Refuses to write whatever has this in its path; the empty text for nothing. */
  void refuse(String path) {
    refused = path;
  }

  /** By its path, {@code /v1/AUTH_service/images/…}; the empty array if there is none. */
  byte[] object(String path) {
    return objects.getOrDefault(path, new byte[0]);
  }

  boolean has(String path) {
    return objects.containsKey(path);
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    if (failing || !"the token".equals(request.requestHeaders().get("X-Auth-Token"))) {
      return response.status(failing ? 503 : 401).send();
    }
    String path = request.uri();
    boolean container = path.split("/").length == 4;
    return switch (request.method().name()) {
      case "PUT" -> container ? make(path, response) : put(path, request, response);
      case "GET" -> response.status(has(path) ? 200 : 404).sendByteArray(Mono.just(object(path)));
      case "DELETE" -> response.status(objects.remove(path) == null ? 404 : 204).send();
      default -> response.status(405).send();
    };
  }

  private Publisher<Void> make(String path, HttpServerResponse response) {
    containers.add(path);
    return response.status(201).send();
  }

  private Publisher<Void> put(String path, HttpServerRequest request, HttpServerResponse response) {
    if (!refused.isEmpty() && path.contains(refused)) {
      return request.receive().then(response.status(507).send());
    }
    if (containers.stream().noneMatch(path::startsWith)) {
      return response.status(404).send();
    }
    return request
        .receive()
        .collect(Unpooled::buffer, ByteBuf::writeBytes)
        .doOnNext(bytes -> objects.put(path, ByteBufUtil.getBytes(bytes)))
        .then(response.status(201).send());
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
  }
}
