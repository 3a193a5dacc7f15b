package io.virga.objectstore.swift.versions;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies objects as they are stored: what is a manifest or a link stays one. */
final class StoredCopy {

  private final ObjectStore store;
  private final LargeObjects large;
  private final ExpiryQueue expiry;

  StoredCopy(ObjectStore store, LargeObjects large, ExpiryQueue expiry) {
    this.store = store;
    this.large = large;
    this.expiry = expiry;
  }

  /** Copies to a place that is named by the time of the object; false if there is no object. */
  Mono<Boolean> copy(ObjectPath from, Function<Timestamp, ObjectPath> to) {
    Mono<Optional<Readable>> opened =
        large
            .openStored(from)
            .flatMap(
                found ->
                    found.filter(StoredCopy::ownsItsParts).isPresent()
                        ? reopened(from, found.get())
                        : Mono.just(found));
    return Readable.using(
        opened, found -> found.map(r -> write(r, to)).orElseGet(() -> Mono.just(false)));
  }

  /** The parts of a multipart object go when it is replaced, so that its bytes are copied. */
  private static boolean ownsItsParts(Readable readable) {
    return readable
        .row()
        .metadata(SystemMetadata.MANIFEST)
        .filter(SystemMetadata.MULTIPART::equals)
        .isPresent();
  }

  private Mono<Optional<Readable>> reopened(ObjectPath from, Readable stored) {
    stored.close();
    return large.open(from);
  }

  private Mono<Boolean> write(Readable readable, Function<Timestamp, ObjectPath> to) {
    ObjectRow row = readable.row();
    ObjectPath path = to.apply(row.timestamp());
    Map<String, String> metadata = new LinkedHashMap<>(row.metadata());
    if (readable.isLarge()) {
      metadata.keySet().removeIf(name -> name.startsWith("."));
    }
    long size = readable.size();
    Flux<ByteBuf> body = size == 0 ? Flux.empty() : readable.bytes(new ByteRange(0, size - 1));
    Mono<Void> end =
        Expiry.endOf(row).map(second -> expiry.expire(path, second)).orElse(Mono.empty());
    return end.then(
        store.receive(
            path,
            OptionalLong.of(size),
            body,
            received ->
                store
                    .put(
                        path,
                        NewObject.of(received, row.contentType(), metadata),
                        received.content(),
                        Condition.NONE)
                    .map(StoredCopy::done)));
  }

  private static boolean done(Result<ObjectRow> result) {
    if (result instanceof Result.Refused<ObjectRow>) {
      throw new SwiftError(412, "The container of earlier versions does not exist.");
    }
    return true;
  }
}
