package io.virga.objectstore.versions;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes an object from before versions were kept the null version. Its stored bytes are copied (of
 * a multipart object that is the manifest alone); that happens once, when it is first overwritten.
 */
final class Adoption {

  private static final int TRIES = 8;

  private final ObjectStore store;
  private final VersionLinks links;

  Adoption(ObjectStore store, VersionLinks links) {
    this.store = store;
    this.links = links;
  }

  Mono<Boolean> adopt(ObjectPath plain) {
    return adopt(plain, TRIES);
  }

  private Mono<Boolean> adopt(ObjectPath plain, int tries) {
    return store
        .object(plain)
        .flatMap(
            row -> {
              if (row.isEmpty() || VersionLinks.linked(row.get()).isPresent() || tries == 0) {
                return Mono.just(true);
              }
              return copyAndLink(plain).then(Mono.defer(() -> adopt(plain, tries - 1)));
            });
  }

  /** The copy has a name that a second try gives it again. */
  private Mono<Boolean> copyAndLink(ObjectPath plain) {
    return store
        .open(plain)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                return Mono.just(true);
              }
              ObjectStore.Open open = found.get();
              ObjectRow row = open.row();
              VersionId id = new VersionId(row.timestamp().micros(), 0, true);
              return copy(open, VersionName.path(plain, id))
                  .flatMap(
                      copied ->
                          copied instanceof Result.Done<ObjectRow>(ObjectRow version)
                              ? link(plain, row, version, id)
                              : Mono.just(true))
                  .doFinally(signal -> open.close());
            });
  }

  private Mono<Result<ObjectRow>> copy(ObjectStore.Open open, ObjectPath to) {
    ObjectRow row = open.row();
    Flux<ByteBuf> bytes =
        row.sizeBytes() == 0 ? Flux.empty() : open.content().bytes(0, row.sizeBytes());
    return store.receive(
        to,
        OptionalLong.of(row.sizeBytes()),
        bytes,
        received ->
            store.put(
                to,
                NewObject.of(received, row.contentType(), row.metadata()),
                received.content(),
                Condition.NONE));
  }

  /** The link keeps the id of the upload, so that its parts are not taken for garbage. */
  private Mono<Boolean> link(ObjectPath plain, ObjectRow row, ObjectRow version, VersionId id) {
    Map<String, String> more = new HashMap<>();
    row.metadata(SystemMetadata.UPLOAD_ID)
        .ifPresent(upload -> more.put(SystemMetadata.UPLOAD_ID, upload));
    Condition unchanged =
        existing ->
            existing.filter(e -> e.metadataTimestamp().equals(row.metadataTimestamp())).isPresent();
    return links
        .link(plain, version, id, more, unchanged)
        .then(Mono.defer(() -> keepOneNull(plain, id)));
  }

  /** Deletes the null versions that a newer one replaces. */
  Mono<Boolean> keepOneNull(ObjectPath plain, VersionId kept) {
    if (!kept.isNull()) {
      return Mono.just(true);
    }
    return links
        .nullVersions(plain)
        .flatMapMany(Flux::fromIterable)
        .filter(kept::isNewerThan)
        .concatMap(old -> store.delete(VersionName.path(plain, old), Condition.NONE))
        .then(Mono.just(true));
  }
}
