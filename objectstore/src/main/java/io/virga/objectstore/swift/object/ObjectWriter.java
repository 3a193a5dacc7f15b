package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.swift.quota.Quotas;
import io.virga.objectstore.swift.versions.LegacyVersions;
import io.virga.objectstore.swift.versions.VersionsLocation;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
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
  private final LegacyVersions legacy;
  private final Versions versions;

  public ObjectWriter(
      ObjectStore store,
      Quotas quotas,
      ExpiryQueue expiry,
      LegacyVersions legacy,
      Versions versions) {
    this.store = store;
    this.quotas = quotas;
    this.expiry = expiry;
    this.legacy = legacy;
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
  public Mono<Versions.Version> put(Put put, Flux<ByteBuf> body) {
    long known = put.length().orElse(0);
    if (known > SwiftLimits.MAXIMUM_FILE_BYTES) {
      return Mono.error(new SwiftError(413, "Your request is too large."));
    }
    return store
        .container(put.path().containerPath())
        .flatMap(
            found -> {
              ContainerRow container = found.orElseThrow(SwiftError::notFound);
              return quotas
                  .of(put.path().account(), container)
                  .flatMap(
                      allowance -> {
                        allowance.check(known);
                        return prepared(put, container, receive(put, container, allowance, body));
                      });
            });
  }

  /** Keeps what is there where the container wants it, and notes the end, before the write. */
  private <T> Mono<T> prepared(Put put, ContainerRow container, Mono<T> write) {
    String end = put.metadata().get(Expiry.DELETE_AT);
    Mono<T> ending =
        end == null ? write : expiry.expire(put.path(), Long.parseLong(end)).then(write);
    return VersionsLocation.of(container).isEmpty()
        ? ending
        : legacy.keep(container, put.path()).then(ending);
  }

  private Mono<Versions.Version> receive(
      Put put, ContainerRow container, Quotas.Allowance allowance, Flux<ByteBuf> body) {
    Flux<ByteBuf> limited =
        put.length().isPresent() ? body : LimitedBody.of(body, SwiftLimits.MAXIMUM_FILE_BYTES);
    Versions.Target target =
        new Versions.Target(put.path(), Versioning.of(container), put.condition());
    return versions
        .put(
            target,
            new Versions.Source(
                put.length(), limited, received -> accept(put, allowance, received)))
        .map(ObjectReplies::done);
  }

  private static NewObject accept(Put put, Quotas.Allowance allowance, Received received) {
    if (put.etag().filter(e -> !e.equalsIgnoreCase(received.md5())).isPresent()) {
      throw new SwiftError(422);
    }
    allowance.check(received.sizeBytes());
    return NewObject.of(received, put.contentType(), put.metadata());
  }
}
