package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.symlink.Symlink;
import io.virga.objectstore.swift.symlink.SymlinkRequest;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.Versions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** POST: the metadata of an object is replaced by that of the request; what is ours stays. */
final class ObjectUpdates {

  private final ObjectParts parts;
  private final InstantSource clock;

  ObjectUpdates(ObjectParts parts, InstantSource clock) {
    this.parts = parts;
    this.clock = clock;
  }

  Mono<Reply> post(Request request, ObjectPath path) {
    if (SymlinkRequest.isOne(request)) {
      throw SwiftError.badRequest("A PUT request is required to set a symlink target");
    }
    Map<String, String> given = ObjectHandler.metadata(request, clock);
    Optional<String> type = ContentTypes.given(request);
    return parts
        .versions()
        .find(path)
        .flatMap(
            found -> {
              ObjectRow row =
                  found
                      .map(Versions.Version::row)
                      .filter(current -> Expiry.isLive(current, clock))
                      .orElseThrow(SwiftError::notFound);
              return end(path, given)
                  .then(Mono.defer(() -> update(row.path(), given, type)))
                  .delayUntil(updated -> relist(path, row.path(), updated));
            })
        .map(result -> reply(path, result));
  }

  private Mono<Result<ObjectRow>> update(
      ObjectPath path, Map<String, String> given, Optional<String> type) {
    return parts.store().update(path, row -> updated(row, given, type));
  }

  /** A listing shows the type of the link to the current version. */
  private Mono<?> relist(ObjectPath path, ObjectPath version, Result<ObjectRow> updated) {
    return updated instanceof Result.Done<ObjectRow>(ObjectRow row) && !version.equals(path)
        ? parts
            .store()
            .update(
                path,
                link ->
                    link.withMetadata(link.metadataTimestamp(), row.contentType(), link.metadata()))
        : Mono.empty();
  }

  private Mono<Void> end(ObjectPath path, Map<String, String> given) {
    String end = given.get(Expiry.DELETE_AT);
    return end == null ? Mono.empty() : parts.expiry().expire(path, Long.parseLong(end));
  }

  private static ObjectRow updated(
      ObjectRow row, Map<String, String> given, Optional<String> type) {
    Map<String, String> metadata = new LinkedHashMap<>(given);
    row.metadata()
        .forEach(
            (name, value) -> {
              if (name.startsWith(".")) {
                metadata.put(name, value);
              }
            });
    String newType =
        type.map(t -> ListedType.replaced(row.contentType(), t)).orElse(row.contentType());
    return row.withMetadata(row.metadataTimestamp(), newType, metadata);
  }

  private static Reply reply(ObjectPath path, Result<ObjectRow> result) {
    ObjectRow row = ObjectReplies.done(result);
    Optional<Symlink> link = Symlink.of(row);
    if (link.isEmpty()) {
      return StandardReplies.of(202);
    }
    SwiftError redirect =
        new SwiftError(
                307,
                "The requested POST was applied to a symlink. POST directly to the target to apply"
                    + " requested metadata.")
            .with("Location", link.get().address(path));
    link.get().etag().ifPresent(etag -> redirect.with("X-Symlink-Target-Etag", etag));
    return StandardReplies.of(redirect);
  }
}
