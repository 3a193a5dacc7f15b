package io.virga.objectstore.swift.versions;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.swift.wire.SwiftError;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the earlier states of objects in another container, as copies: a write copies what is there
 * first; a deletion brings back the state before (stack), or is noted (history).
 */
public final class LegacyVersions {

  /** The type of the note of a deletion. */
  private static final String DELETED = "application/x-deleted;swift_versions_deleted=1";

  private static final int PAGE = 100;

  private final ObjectStore store;
  private final StoredCopy copies;
  private final InstantSource clock;

  public LegacyVersions(
      ObjectStore store, LargeObjects large, ExpiryQueue expiry, InstantSource clock) {
    this.store = store;
    this.copies = new StoredCopy(store, large, expiry);
    this.clock = clock;
  }

  /** Copies what is at a path to where its container wants it, before the path is written to. */
  public Mono<Void> keep(ContainerRow container, ObjectPath path) {
    return VersionsLocation.of(container)
        .map(location -> copyCurrent(location, path).then())
        .orElse(Mono.empty());
  }

  private Mono<Boolean> copyCurrent(VersionsLocation location, ObjectPath path) {
    ContainerPath versions = location.path(path.account());
    return copies.copy(path, time -> versions.object(VersionName.of(path.object(), time)));
  }

  /** Deletes an object the way its container wants it. */
  public Mono<Result<ObjectRow>> delete(
      ContainerRow container, ObjectPath path, Condition condition) {
    Optional<VersionsLocation> location = VersionsLocation.of(container);
    if (location.isEmpty()) {
      return store.delete(path, condition);
    }
    return location.get().history()
        ? push(location.get(), path, condition)
        : pop(location.get().path(path.account()), path, condition);
  }

  private Mono<Result<ObjectRow>> push(
      VersionsLocation location, ObjectPath path, Condition condition) {
    ObjectPath mark =
        location
            .path(path.account())
            .object(VersionName.of(path.object(), Timestamp.of(clock.instant())));
    return copyCurrent(location, path)
        .then(
            store.receive(
                mark,
                OptionalLong.of(0),
                Flux.empty(),
                received ->
                    store.put(
                        mark,
                        NewObject.of(received, DELETED, Map.of()),
                        received.content(),
                        Condition.NONE)))
        .flatMap(
            marked -> {
              if (marked instanceof Result.Refused<ObjectRow>) {
                throw new SwiftError(412, "The container of earlier versions does not exist.");
              }
              return store.delete(path, condition);
            });
  }

  private Mono<Result<ObjectRow>> pop(
      ContainerPath versions, ObjectPath path, Condition condition) {
    ListingQuery newest =
        new ListingQuery(VersionName.prefix(path.object()), "", "", "", PAGE, true);
    return store
        .listObjects(versions, newest)
        .flatMap(
            listing -> {
              List<ListingPage.Item<ListingRow>> items =
                  listing.map(l -> l.page().items()).orElse(List.of());
              if (items.isEmpty()) {
                return store.delete(path, condition);
              }
              return isMark(items.getFirst())
                  ? popMark(versions, path, items)
                  : restore(versions.object(items.getFirst().name()), path);
            });
  }

  /** The state before is a deletion: go back to it, or if it is the present one, behind it. */
  private Mono<Result<ObjectRow>> popMark(
      ContainerPath versions, ObjectPath path, List<ListingPage.Item<ListingRow>> items) {
    ObjectPath mark = versions.object(items.getFirst().name());
    return store
        .object(path)
        .flatMap(
            current -> {
              if (current.isPresent()) {
                return store.delete(path, Condition.NONE);
              }
              Mono<?> before =
                  items.size() > 1 && !isMark(items.get(1))
                      ? restore(versions.object(items.get(1).name()), path)
                      : Mono.just(true);
              return before.then(store.delete(mark, Condition.NONE));
            });
  }

  private Mono<Result<ObjectRow>> restore(ObjectPath version, ObjectPath path) {
    return copies.copy(version, time -> path).then(store.delete(version, Condition.NONE));
  }

  private static boolean isMark(ListingPage.Item<ListingRow> item) {
    return item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)
        && row.contentType().equals(DELETED);
  }
}
