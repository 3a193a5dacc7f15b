package io.virga.blockstore.image;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslContext;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** Images over HTTP: whole maps, and chunks by range, with the service's token. */
public final class HttpImageSource implements ImageSource, AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MAXIMUM_MAP_BYTES = 64 << 20;
  private static final int MAXIMUM_CONNECTIONS = 16;
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration WHOLE_TIMEOUT = Duration.ofSeconds(20);

  private final ConnectionProvider connections;
  private final HttpClient client;
  private final Supplier<Optional<String>> token;

  /**
   * Images of the store at the URL.
   *
   * @param security shown and checked where the URL is https
   * @param token what to send as X-Auth-Token; without one nothing is asked
   */
  public HttpImageSource(
      String storeUrl, SslContext security, LoopResources loops, Supplier<Optional<String>> token) {
    this.token = token;
    this.connections =
        ConnectionProvider.builder("images")
            .maxConnections(MAXIMUM_CONNECTIONS)
            .pendingAcquireMaxCount(4096)
            .maxIdleTime(Duration.ofSeconds(20))
            .build();
    this.client =
        HttpClient.create(connections)
            .runOn(loops)
            .secure(spec -> spec.sslContext(security))
            .baseUrl(storeUrl.replaceAll("/+$", ""))
            .responseTimeout(RESPONSE_TIMEOUT);
  }

  @Override
  public CompletableFuture<ImageMap> map(String objectPath) {
    return authorized()
        .flatMap(
            authorized ->
                authorized
                    .get()
                    .uri(objectPath + "/map")
                    .responseSingle(
                        (response, body) ->
                            HttpImageSource.<byte[]>expect(response, 200, MAXIMUM_MAP_BYTES)
                                .switchIfEmpty(body.asByteArray())))
        .timeout(WHOLE_TIMEOUT)
        .map(json -> Json.read(json, ImageMap.class))
        .switchIfEmpty(Mono.error(() -> new IOException("the store answered nothing")))
        .toFuture();
  }

  @Override
  public CompletableFuture<ByteBuf> chunk(String objectPath, long index) {
    long first = index * CHUNK_BYTES;
    String range = "bytes=" + first + "-" + (first + CHUNK_BYTES - 1);
    return authorized()
        .flatMap(
            authorized ->
                Mono.using(
                    () -> new Partial(ByteBufAllocator.DEFAULT.directBuffer(CHUNK_BYTES)),
                    partial ->
                        authorized
                            .headers(headers -> headers.set(HttpHeaderNames.RANGE, range))
                            .get()
                            .uri(objectPath + "/data")
                            .response((response, body) -> fill(response, body, first, partial))
                            .timeout(WHOLE_TIMEOUT)
                            .then(Mono.fromCallable(partial::take)),
                    Partial::release))
        .toFuture();
  }

  private Mono<HttpClient> authorized() {
    return Mono.fromCallable(
        () -> {
          String current =
              token.get().orElseThrow(() -> new IOException("there is no service token yet"));
          return client.headers(headers -> headers.set("X-Auth-Token", current));
        });
  }

  private static <T> Mono<T> expect(HttpClientResponse response, int status, long maximumBytes) {
    int answered = response.status().code();
    long length =
        Long.parseLong(response.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH, "0"));
    if (answered != status) {
      return Mono.error(
          new IOException("the store answered " + answered + " to " + response.resourceUrl()));
    }
    return length > maximumBytes
        ? Mono.error(new IOException("the store answered " + length + " bytes"))
        : Mono.empty();
  }

  private static Flux<Integer> fill(
      HttpClientResponse response, ByteBufFlux body, long first, Partial partial) {
    String range = response.responseHeaders().get(HttpHeaderNames.CONTENT_RANGE, "");
    if (response.status().code() == 206
        && !range.startsWith("bytes " + first + "-" + (first + CHUNK_BYTES - 1) + "/")) {
      return Flux.error(new IOException("the store answered another range: " + range));
    }
    return Flux.concat(
        HttpImageSource.<Integer>expect(response, 206, CHUNK_BYTES), body.map(partial::add));
  }

  @Override
  public void close() {
    connections.dispose();
  }

  /** A chunk that is coming in; whoever takes it releases it. */
  private static final class Partial {
    private @Nullable ByteBuf bytes;

    Partial(ByteBuf bytes) {
      this.bytes = bytes;
    }

    synchronized int add(ByteBuf part) {
      ByteBuf chunk = bytes;
      int length = part.readableBytes();
      if (chunk == null || length > CHUNK_BYTES - chunk.readableBytes()) {
        throw new IllegalStateException("the store sends more than a chunk");
      }
      chunk.writeBytes(part, part.readerIndex(), length);
      return length;
    }

    synchronized ByteBuf take() throws IOException {
      ByteBuf chunk = bytes;
      if (chunk == null || chunk.readableBytes() != CHUNK_BYTES) {
        throw new IOException("the store sent less than a chunk");
      }
      bytes = null;
      return chunk;
    }

    synchronized void release() {
      if (bytes != null) {
        bytes.release();
        bytes = null;
      }
    }
  }
}
