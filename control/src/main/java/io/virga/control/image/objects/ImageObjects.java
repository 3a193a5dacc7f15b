package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.virga.control.fault.ApiFault;
import io.virga.control.foundation.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The objects of images, by the Swift API (docs/ARCHITECTURE.md §11, "Images"). A store that is
 * away, or that refuses, is an {@link ApiFault} of the kind unavailable.
 */
public final class ImageObjects implements Backend {

  private static final Logger log = LoggerFactory.getLogger(ImageObjects.class);

  private static final int MAX_CONNECTIONS = 64;
  private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
  private static final Duration IDLE = Duration.ofSeconds(20);

  private final ObjectStore store;
  private final ConnectionProvider connections;
  private final HttpClient client;

  public ImageObjects(ObjectStore store, LoopResources loops) {
    this.store = store;
    this.connections =
        ConnectionProvider.builder("images")
            .maxConnections(MAX_CONNECTIONS)
            .pendingAcquireMaxCount(MAX_CONNECTIONS * 4)
            .maxIdleTime(IDLE)
            .build();
    this.client =
        HttpClient.create(connections)
            .runOn(loops)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .disableRetry(true);
  }

  /** What block stores put before {@code /map} and {@code /data}. */
  public String rawPrefix(UUID imageId) {
    return container() + "/" + imageId + "/raw";
  }

  /** Makes the container, which may be there already. */
  private Mono<Void> prepare() {
    return authorized()
        .put()
        .uri(store.endpoint() + container())
        .responseSingle((response, body) -> expect(response, "PUT the container of images"))
        .onErrorMap(IOException.class, ImageObjects::away);
  }

  /** At most 128 buffers are taken ahead. */
  @Override
  public Mono<Void> put(UUID imageId, Part part, Flux<ByteBuf> bytes) {
    return prepare().then(Mono.defer(() -> write(imageId, part, bytes)));
  }

  private Mono<Void> write(UUID imageId, Part part, Flux<ByteBuf> bytes) {
    return authorized()
        .headers(headers -> headers.set("Content-Type", "application/octet-stream"))
        .put()
        .uri(address(imageId, part))
        .send((request, outbound) -> outbound.send(bytes))
        .responseSingle((response, body) -> expect(response, "PUT " + part + " of " + imageId))
        .onErrorMap(IOException.class, ImageObjects::away);
  }

  @Override
  public Flux<ByteBuf> get(UUID imageId, Part part) {
    return authorized()
        .get()
        .uri(address(imageId, part))
        .response(
            (response, body) ->
                response.status().code() == 200
                    ? body.retain()
                    : ImageObjects.<ByteBuf>refused(response, "GET " + part + " of " + imageId))
        .onErrorMap(IOException.class, ImageObjects::away);
  }

  @Override
  public Mono<Void> delete(UUID imageId, Part part) {
    return authorized()
        .delete()
        .uri(address(imageId, part))
        .responseSingle(
            (response, body) ->
                response.status().code() == 404
                    ? Mono.<Void>empty()
                    : expect(response, "DELETE " + part + " of " + imageId))
        .onErrorMap(IOException.class, ImageObjects::away);
  }

  @Override
  public void close() {
    connections.dispose();
  }

  private HttpClient authorized() {
    return client.headers(headers -> headers.set("X-Auth-Token", store.token().get()));
  }

  private String container() {
    return "/v1/AUTH_" + store.serviceProjectId() + "/images";
  }

  private String address(UUID imageId, Part part) {
    return store.endpoint() + container() + "/" + imageId + "/" + part.path();
  }

  private static Mono<Void> expect(HttpClientResponse response, String what) {
    return response.status().code() / 100 == 2 ? Mono.empty() : refused(response, what);
  }

  private static <T> Mono<T> refused(HttpClientResponse response, String what) {
    log.error("the object store answers {} to {}", response.status(), what);
    return Mono.error(
        ApiFault.unavailable(
            "The object store answers %s; try again in a moment.".formatted(response.status())));
  }

  private static ApiFault away(Throwable error) {
    log.warn("the object store does not answer", error);
    return ApiFault.unavailable("The object store does not answer; try again in a moment.");
  }
}
