package io.virga.objectstore.versions;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The links from plain paths to current versions. */
public final class VersionLinks {

  /** The content type by which a listing shows that a version is the mark of a deletion. */
  public static final String DELETED = "application/x-deleted;swift_versions_deleted=1";

  private static final int PAGE = 1000;
  private static final int SYNC_TRIES = 8;

  private final ObjectStore store;

  public VersionLinks(ObjectStore store) {
    this.store = store;
  }

  /** A version as the listing shows it. */
  record Newest(VersionId id, boolean marker) {}

  /** Whether a row is the mark of a deletion. */
  public static boolean isMarker(ObjectRow row) {
    return row.contentType().equals(DELETED);
  }

  /** Where a link leads; empty if the row is none. */
  public static Optional<ObjectPath> target(ObjectRow row) {
    return linked(row).map(id -> VersionName.path(row.path(), id));
  }

  /** The version to which what is listed leads; empty if that is no link. */
  public static Optional<VersionId> linked(ListingRow row) {
    return row.linkedVersion().flatMap(VersionId::ofSuffix);
  }

  static Optional<VersionId> linked(ObjectRow row) {
    return row.metadata(SystemMetadata.LINK).flatMap(VersionId::ofSuffix);
  }

  /** The newest version of an object, deletions too. */
  Mono<Optional<Newest>> newest(ObjectPath plain) {
    return store
        .listObjects(
            VersionName.hidden(plain.containerPath()),
            ListingQuery.of(VersionName.prefix(plain.object()), "", 1))
        .map(
            found ->
                found
                    .flatMap(listing -> listing.page().items().stream().findFirst())
                    .flatMap(VersionLinks::newest));
  }

  private static Optional<Newest> newest(ListingPage.Item<ListingRow> item) {
    return item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)
        ? VersionName.parse(name)
            .map(version -> new Newest(version.id(), row.contentType().equals(DELETED)))
        : Optional.empty();
  }

  /** The versions of an object that clients know as {@code null}: one, more after a cut write. */
  Mono<List<VersionId>> nullVersions(ObjectPath plain) {
    return nullVersions(plain, "", new ArrayList<>());
  }

  private Mono<List<VersionId>> nullVersions(
      ObjectPath plain, String marker, List<VersionId> sofar) {
    ListingQuery query = ListingQuery.of(VersionName.prefix(plain.object()), marker, PAGE);
    return store
        .listObjects(VersionName.hidden(plain.containerPath()), query)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                return Mono.just(sofar);
              }
              ListingPage<ListingRow> page = found.get().page();
              page.items().stream()
                  .flatMap(item -> VersionName.parse(item.name()).stream())
                  .map(VersionName::id)
                  .filter(VersionId::isNull)
                  .forEach(sofar::add);
              return page.truncated()
                  ? nullVersions(plain, page.items().getLast().name(), sofar)
                  : Mono.just(sofar);
            });
  }

  /**
   * Lets the plain path lead to a version, if the condition holds of what it is now.
   *
   * @param more metadata for the link
   */
  Mono<Result<ObjectRow>> link(
      ObjectPath plain, ObjectRow version, VersionId id, Map<String, String> more, Condition when) {
    Map<String, String> metadata = new HashMap<>(more);
    metadata.put(SystemMetadata.LINK, id.suffix());
    SystemMetadata.manifestEtag(version)
        .ifPresent(etag -> metadata.put(SystemMetadata.MANIFEST_ETAG, etag));
    metadata.put(SystemMetadata.SIZE, Long.toString(SystemMetadata.shownSize(version)));
    metadata.put(SystemMetadata.ETAG, SystemMetadata.shownEtag(version));
    return store.receive(
        plain,
        OptionalLong.of(0),
        Flux.empty(),
        received ->
            store.put(
                plain,
                NewObject.of(received, version.contentType(), metadata),
                received.content(),
                when));
  }

  /** Puts the link right if it leads nowhere, or is not there. */
  Mono<Void> follow(ObjectPath plain) {
    return store
        .object(plain)
        .flatMap(
            link -> {
              Optional<ObjectPath> target = link.flatMap(VersionLinks::target);
              return target.isEmpty()
                  ? sync(plain)
                  : store
                      .object(target.get())
                      .flatMap(version -> version.isPresent() ? Mono.empty() : sync(plain));
            });
  }

  /** Puts the link right: it leads to the newest version, and is not there if that is a mark. */
  public Mono<Void> sync(ObjectPath plain) {
    return sync(plain, SYNC_TRIES);
  }

  private Mono<Void> sync(ObjectPath plain, int tries) {
    if (tries == 0) {
      return Mono.empty();
    }
    return Mono.zip(newest(plain), store.object(plain))
        .flatMap(
            both -> {
              Optional<Newest> newest = both.getT1();
              Optional<ObjectRow> current = both.getT2();
              Optional<VersionId> linked = current.flatMap(VersionLinks::linked);
              if (current.isPresent() && linked.isEmpty()) {
                return Mono.empty();
              }
              Optional<VersionId> wanted = newest.filter(n -> !n.marker()).map(Newest::id);
              if (wanted.equals(linked)) {
                return Mono.empty();
              }
              Condition unchanged =
                  existing -> existing.flatMap(VersionLinks::linked).equals(linked);
              return change(plain, wanted, unchanged).then(sync(plain, tries - 1));
            });
  }

  private Mono<Void> change(ObjectPath plain, Optional<VersionId> wanted, Condition unchanged) {
    if (wanted.isEmpty()) {
      return store.delete(plain, unchanged).then();
    }
    return store
        .object(VersionName.path(plain, wanted.get()))
        .flatMap(
            version ->
                version.isEmpty()
                    ? Mono.empty()
                    : link(plain, version.get(), wanted.get(), Map.of(), unchanged).then());
  }
}
