package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.swift.quota.Quotas;
import io.virga.objectstore.swift.versions.LegacyVersions;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes objects, whatever request they come by: within quotas, keeping the state before where the
 * container wants it, and with their end noted.
 */
public final class ObjectWriter {

  private final ObjectStore store;
  private final Quotas quotas;
  private final ExpiryQueue expiry;
  private final LegacyVersions versions;

  public ObjectWriter(
      ObjectStore store, Quotas quotas, ExpiryQueue expiry, LegacyVersions versions) {
    this.store = store;
    this.quotas = quotas;
    this.expiry = expiry;
    this.versions = versions;
  }

  /**
   * What is to be written.
   *
   * @param length of the body, where it is known before
   * @param etag the MD5 that the body must have
   */
  public record Put(
      ObjectPath path,
      String contentType,
      Map<String, String> metadata,
      OptionalLong length,
      Optional<String> etag,
      Condition condition) {

    /** A write under no condition. */
    public static Put of(
        ObjectPath path, String contentType, Map<String, String> metadata, OptionalLong length) {
      return new Put(path, contentType, metadata, length, Optional.empty(), Condition.NONE);
    }
  }

  /** Writes an object; nothing of the body is kept if that fails. */
  public Mono<ObjectRow> put(Put put, Flux<ByteBuf> body) {
    long known = put.length().orElse(0);
    if (known > SwiftLimits.MAXIMUM_FILE_BYTES) {
      return Mono.error(new SwiftError(413, "Your request is too large."));
    }
    return store
        .container(put.path().containerPath())
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(
            container ->
                quotas
                    .check(put.path().account(), container, known)
                    .then(versions.keep(container, put.path()))
                    .then(end(put))
                    .then(Mono.defer(() -> receive(put, container, body))));
  }

  private Mono<Void> end(Put put) {
    String end = put.metadata().get(Expiry.DELETE_AT);
    return end == null ? Mono.empty() : expiry.expire(put.path(), Long.parseLong(end));
  }

  private Mono<ObjectRow> receive(Put put, ContainerRow container, Flux<ByteBuf> body) {
    Flux<ByteBuf> limited =
        put.length().isPresent() ? body : LimitedBody.of(body, SwiftLimits.MAXIMUM_FILE_BYTES);
    return store.receive(
        put.path(),
        put.length(),
        limited,
        received -> {
          if (put.etag().filter(e -> !e.equalsIgnoreCase(received.md5())).isPresent()) {
            throw new SwiftError(422);
          }
          Mono<Void> fits =
              put.length().isPresent()
                  ? Mono.empty()
                  : quotas.check(put.path().account(), container, received.sizeBytes());
          return fits.then(Mono.defer(() -> commit(put, received)));
        });
  }

  private Mono<ObjectRow> commit(Put put, Received received) {
    return store
        .put(
            put.path(),
            NewObject.of(received, put.contentType(), put.metadata()),
            received.content(),
            put.condition())
        .map(ObjectReplies::done);
  }
}
